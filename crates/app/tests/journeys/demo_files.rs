//! The demonstration's files to try: the same town gives the same bytes, every file is read to its end,
//! and its rows end in every way that a row can.

use app::demo::{DAY, Plan, build, tries, try_file};
use app::imports::{Incoming, Options, Reader, apply, plan, receive};
use app::{Clock, Context};
use domain::access::{Actor, Role, Scope};
use domain::intake::Effect;
use formats::Kind;
use testkit::{each_engine, sqlite};

fn somebody(role: Role) -> Actor {
    Actor { account: 0, name: "Tess Fields".into(), role, scope: Scope::everyone() }
}

#[tokio::test]
async fn every_kind_has_a_file_whose_rows_end_in_every_way() {
    each_engine(async |register| {
        let evening = format!("{DAY}T18:00:00Z").parse().unwrap();
        let ctx = Context::seeded(register.db.clone(), None, Clock::Fixed(evening), 1);
        assert!(tries(&ctx).await.unwrap().is_empty(), "a register of real people offers none");
        build(&ctx, &Plan { people: 900, ..Plan::default() }).await.unwrap();
        let offered = tries(&ctx).await.unwrap();
        let into = Kind::ALL.iter().filter(|kind| kind.is_for_the_register());
        assert_eq!(offered.len(), into.count());
        let manager = somebody(Role::DataManager);
        for one in &offered {
            let (name, bytes) = try_file(&ctx, &manager, one.kind).await.unwrap().unwrap();
            assert_eq!(name, one.file_name);
            let again = try_file(&ctx, &manager, one.kind).await.unwrap().unwrap();
            assert_eq!(bytes, again.1, "{name}");
            let mapping = Some(one.mapping.clone()).filter(|mapping| !mapping.is_empty());
            let incoming = || Incoming {
                kind: one.kind,
                sender: &one.sender,
                file_name: name,
                content: Box::new(std::io::Cursor::new(bytes.clone())),
                as_of: None,
                options: Options { mapping: mapping.clone(), ..Options::default() },
                account: None,
            };
            let id = receive(&ctx, incoming()).await.unwrap();
            let dry = plan(&ctx, &Reader::Here, id, &|_| {}).await;
            let c = dry.unwrap_or_else(|e| panic!("{name}: {e}")).counts;
            assert!(c.read >= 4, "{name}: {c:?}");
            let counted = [c.new, c.changed, c.unchanged, c.held, c.refused];
            for (effect, rows) in Effect::ALL.iter().zip(counted) {
                // Every way that the page promises.
                let promised = one.effects.contains(effect);
                assert!(!promised || rows > 0, "{name}, {}: {c:?}", effect.name());
            }
            if let Some(field) = one.drops {
                let said = app::imports::one(&ctx, id).await.unwrap().unwrap().message;
                assert!(said.is_some_and(|said| said.contains(field.label())), "{name}");
                assert!(one.words().contains(field.label()), "{}", one.words());
            }
        }
        // The files share their newcomers, so whoever brings several in finds them in the second.
        for one in offered {
            let (name, bytes) = try_file(&ctx, &manager, one.kind).await.unwrap().unwrap();
            let mapping = Some(one.mapping.clone()).filter(|mapping| !mapping.is_empty());
            let incoming = || Incoming {
                kind: one.kind,
                sender: &one.sender,
                file_name: name,
                content: Box::new(std::io::Cursor::new(bytes.clone())),
                as_of: None,
                options: Options { mapping: mapping.clone(), ..Options::default() },
                account: None,
            };
            let id = receive(&ctx, incoming()).await.unwrap();
            let c = plan(&ctx, &Reader::Here, id, &|_| {}).await.unwrap().counts;
            let done = apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap().counts;
            assert_eq!((done.new, done.refused), (c.new, c.refused), "{name}");
            let id = receive(&ctx, incoming()).await.unwrap();
            let twice = apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap().counts;
            assert_eq!((twice.new, twice.changed), (0, 0), "{name} twice: {twice:?}");
            // What nobody has decided waits as before; nothing else comes to wait.
            assert!(twice.held <= done.held, "{name} twice: {twice:?}, after {done:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_may_bring_nothing_in_is_given_nothing_to_try() {
    let register = sqlite().await;
    let ctx = Context::seeded(register.db.clone(), None, Clock::on(DAY), 1);
    let refused = try_file(&ctx, &somebody(Role::School), Kind::Roll).await;
    assert!(refused.unwrap_err().to_string().contains("may not"));
    assert!(try_file(&ctx, &somebody(Role::DataManager), Kind::Roll).await.unwrap().is_none());
}
