//! Files that are received are shown to a ClamAV daemon before anything reads them, where the operator named
//! one. Invariant: with a daemon named, no file is taken that it has not called clean; one that does not answer
//! closes the door.

use super::edge::Edge;
use app::{Wrong, imports};
use std::{fs::File, io, path::PathBuf, str::FromStr, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpStream, UnixStream},
    time::timeout,
};

/// How long a daemon may take over one file, its connection included.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes handed over at a time; a daemon takes far larger ones.
const PART_BYTES: usize = 64 * 1024;
/// Longer than any answer: the name of what was found stands in it.
const ANSWER_BYTES_MOST: u64 = 4096;
/// How an answer ends by which a daemon says that it could not look.
const ERROR: &str = " ERROR";
/// Letters that are told of such a name.
const NAME_CHARS_MOST: usize = 100;

/// Where the daemon is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanner {
    /// Host and port.
    Tcp(String),
    /// The path of a socket.
    Unix(PathBuf),
}

/// What the daemon said of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    Clean,
    /// The name of what it found.
    Found(String),
}

/// Why it gave no verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NoVerdict {
    /// It looked and could not, as it says: a file beyond its limits, above all.
    Unable(String),
    /// It does not answer, or not so that it can be understood.
    Silent(String),
}

/// Why a file was not let through.
#[derive(Debug)]
pub enum NotTaken {
    /// Sent again, it comes to the same.
    Wrong(Wrong),
    /// The daemon does not answer: sent again later, it may be taken.
    NoAnswer,
}

impl From<Wrong> for NotTaken {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

/// The sentence for whoever sent the file.
impl From<NotTaken> for Wrong {
    fn from(why: NotTaken) -> Self {
        match why {
            NotTaken::Wrong(wrong) => wrong,
            NotTaken::NoAnswer => Wrong::refused(SILENT),
        }
    }
}

/// What is said while the daemon does not answer.
pub const SILENT: &str = "The virus scanner does not answer, so no file is taken now. Nothing was saved. Try again in \
    a few minutes; if it goes on, tell your Waymark administrator.";

impl FromStr for Scanner {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with('/') {
            return Ok(Self::Unix(PathBuf::from(text)));
        }
        match text.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                Ok(Self::Tcp(text.to_owned()))
            }
            _ => Err(format!("{text} is neither HOST:PORT nor the path of a socket.")),
        }
    }
}

impl Scanner {
    async fn look(&self, content: File) -> Result<Verdict, NoVerdict> {
        let asked = async {
            match self {
                Self::Tcp(address) => ask(TcpStream::connect(address).await?, content).await,
                Self::Unix(path) => ask(UnixStream::connect(path).await?, content).await,
            }
        };
        match timeout(PATIENCE, asked).await {
            Ok(Ok(answer)) => verdict(&answer),
            Ok(Err(error)) => Err(NoVerdict::Silent(error.to_string())),
            Err(_) => Err(NoVerdict::Silent("it did not answer in time".to_owned())),
        }
    }
}

/// Hands a file over; the daemon's answer.
///
/// Source: clamd(8), INSTREAM, with the prefix by which commands and answers end with a zero byte.
async fn ask<S>(mut link: S, content: File) -> io::Result<String>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    // One that has had more than it takes says so and hangs up in the middle: its answer is read all the same.
    let handed = hand_over(&mut link, content).await;
    let mut answer = Vec::new();
    let read = BufReader::new(link).take(ANSWER_BYTES_MOST).read_until(0, &mut answer).await;
    let said = String::from_utf8_lossy(&answer).trim_end_matches('\0').trim().to_owned();
    // Only what was handed over whole can be clean.
    if !said.ends_with(ERROR) {
        handed?;
        read?;
    }
    Ok(said)
}

/// In parts, each with its length before it and an empty one last.
async fn hand_over<S: AsyncWrite + Unpin>(link: &mut S, content: File) -> io::Result<()> {
    let mut file = tokio::fs::File::from_std(content);
    let mut part = vec![0; PART_BYTES];
    link.write_all(b"zINSTREAM\0").await?;
    loop {
        let read = file.read(&mut part).await?;
        let length = u32::try_from(read).map_err(io::Error::other)?;
        link.write_all(&length.to_be_bytes()).await?;
        if read == 0 {
            break;
        }
        link.write_all(part.get(..read).unwrap_or_default()).await?;
    }
    link.flush().await
}

/// What is not understood is no verdict.
fn verdict(answer: &str) -> Result<Verdict, NoVerdict> {
    let shown = |said: &str| -> String {
        let shown = said.chars().filter(|c| c.is_ascii_graphic() || *c == ' ');
        shown.take(NAME_CHARS_MOST).collect()
    };
    let said = answer.strip_prefix("stream: ");
    // Of the whole stream, as of a file in it, an error may be told.
    if let Some(error) = said.unwrap_or(answer).strip_suffix(ERROR) {
        return Err(NoVerdict::Unable(shown(error.trim_end_matches('.'))));
    }
    match (said, said.and_then(|said| said.strip_suffix(" FOUND"))) {
        (Some("OK"), _) => Ok(Verdict::Clean),
        // Where it was told to say so, what is beyond its limits is "found" by this name.
        (_, Some(name)) if name.starts_with("Heuristics.Limits.Exceeded") => {
            Err(NoVerdict::Unable(shown(name)))
        }
        (_, Some(name)) => Ok(Verdict::Found(shown(name))),
        _ => Err(NoVerdict::Silent(format!("it said {answer:?}"))),
    }
}

/// Lets a file through that the daemon calls clean, or where none was named. What was found is audited.
///
/// Errors: what whoever sent the file is told, as a sentence.
pub async fn pass(edge: &Edge, content: File, account: Option<i64>) -> Result<(), NotTaken> {
    let Some(scanner) = edge.scanner() else { return Ok(()) };
    match scanner.look(content).await {
        Ok(Verdict::Clean) => Ok(()),
        Ok(Verdict::Found(name)) => {
            imports::found_harmful(edge.ctx(), account, &name).await?;
            let sentence = format!(
                "The virus scanner found {name} in this file, so it was not taken and nothing was kept of it. \
                 Tell whoever looks after your computers before you send another."
            );
            Err(Wrong::refused(sentence).into())
        }
        Err(NoVerdict::Unable(cause)) => {
            tracing::error!(%cause, "the virus scanner could not look through a file: it was refused");
            let sentence = format!(
                "The virus scanner could not look through this file, so it was not taken and nothing was kept of \
                 it. The scanner said: {cause}. Tell your Waymark administrator; a smaller file may be taken."
            );
            Err(Wrong::refused(sentence).into())
        }
        Err(NoVerdict::Silent(cause)) => {
            tracing::error!(%cause, "the virus scanner gave no answer: a file was refused");
            Err(NotTaken::NoAnswer)
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use std::io::{Seek, Write};
    use tokio::net::{TcpListener, UnixListener};

    /// The harmless text that every scanner finds; in two pieces, so that none finds it here.
    pub fn eicar() -> String {
        ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"].concat()
    }

    /// More than the daemon takes.
    const TOO_LONG: usize = 8 * PART_BYTES;

    /// Answers one file after another as a daemon does, over one kind of socket.
    async fn answer<S: AsyncRead + AsyncWrite + Unpin>(mut link: S) -> io::Result<()> {
        let mut command = [0; 10];
        link.read_exact(&mut command).await?;
        assert_eq!(&command, b"zINSTREAM\0");
        let mut whole = Vec::new();
        loop {
            let length = link.read_u32().await?;
            if length == 0 {
                break;
            }
            let mut part = vec![0; length as usize];
            link.read_exact(&mut part).await?;
            whole.extend(part);
            if whole.len() > TOO_LONG {
                // What is still to come is not read.
                return link.write_all(b"INSTREAM size limit exceeded. ERROR\0").await;
            }
        }
        let found = String::from_utf8_lossy(&whole).contains(&eicar());
        let said: &[u8] = match (found, whole.is_empty()) {
            (true, _) => b"stream: Win.Test.EICAR_HDB-1 FOUND\0",
            (_, true) => b"stream: Can't look at nothing. ERROR\0",
            _ => b"stream: OK\0",
        };
        link.write_all(said).await
    }

    /// A daemon on loopback that knows one name; where it is.
    pub async fn daemon() -> Scanner {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((link, _)) = listener.accept().await {
                tokio::spawn(answer(link));
            }
        });
        Scanner::from_str(&address).unwrap()
    }

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        file
    }

    #[tokio::test]
    async fn a_daemon_is_asked_over_either_kind_of_socket() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clamd.ctl");
        let listener = UnixListener::bind(&path).unwrap();
        tokio::spawn(async move {
            while let Ok((link, _)) = listener.accept().await {
                tokio::spawn(answer(link));
            }
        });
        let unix = Scanner::from_str(path.to_str().unwrap()).unwrap();
        for scanner in [daemon().await, unix] {
            // Over more than one part, with what is found across their border.
            let mut long = vec![b' '; PART_BYTES - 20];
            long.extend(eicar().as_bytes());
            let found = Verdict::Found("Win.Test.EICAR_HDB-1".to_owned());
            assert_eq!(scanner.look(file(&long)).await, Ok(found), "{scanner:?}");
            let clean = vec![b'a'; 3 * PART_BYTES];
            assert_eq!(scanner.look(file(&clean)).await, Ok(Verdict::Clean), "{scanner:?}");
            let unable = |words: &str| Err(NoVerdict::Unable(words.to_owned()));
            assert_eq!(
                scanner.look(file(b"")).await,
                unable("Can't look at nothing"),
                "{scanner:?}"
            );
            let long = vec![b'a'; 16 * TOO_LONG];
            let words = "INSTREAM size limit exceeded";
            assert_eq!(scanner.look(file(&long)).await, unable(words), "{scanner:?}");
        }
        let nobody = Scanner::Unix(folder.path().join("nobody"));
        assert!(matches!(nobody.look(file(b"a")).await, Err(NoVerdict::Silent(_))));
    }

    #[test]
    fn what_is_not_understood_is_no_verdict() {
        for said in ["", "OK", "stream: ", "stream: OK FOUND?", "UNKNOWN COMMAND"] {
            assert!(matches!(verdict(said), Err(NoVerdict::Silent(_))), "{said}");
        }
        let large = "Heuristics.Limits.Exceeded.MaxFileSize";
        let unable = Err(NoVerdict::Unable(large.to_owned()));
        assert_eq!(verdict(&format!("stream: {large} FOUND")), unable);
        assert_eq!(verdict("stream: x\u{7} ERROR"), Err(NoVerdict::Unable("x".to_owned())));
        let found = verdict("stream: Bad\u{7}.Thing-1 FOUND").unwrap();
        assert_eq!(found, Verdict::Found("Bad.Thing-1".to_owned()));
        for wrong in ["", "clamd", ":3310", "here:port"] {
            assert!(Scanner::from_str(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Scanner::from_str("::1:3310"), Ok(Scanner::Tcp("::1:3310".to_owned())));
    }
}
