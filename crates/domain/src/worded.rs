//! What a person may count as is a list: of each its name in files and its words for people, as its own type calls
//! them.

macro_rules! worded {
    (
        $(#[$doc:meta])* $type:ident, $name:ident, $words:ident;
        $($variant:ident, $in_files:literal, $said:literal;)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($variant,)* }

        impl $type {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            pub const COUNT: usize = Self::ALL.len();

            /// The name in files.
            pub const fn $name(self) -> &'static str {
                match self { $(Self::$variant => $in_files,)* }
            }

            /// What somebody counts as, or why, as a person reads it.
            pub const fn $words(self) -> &'static str {
                match self { $(Self::$variant => $said,)* }
            }
        }
    };
}
