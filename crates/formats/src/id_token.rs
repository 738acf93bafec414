//! Identity tokens of OpenID Connect, the key sets that they are signed under and the page by which a
//! service tells where it is asked. What a token's claims are worth is `domain::access::token_faults`'s.
//!
//! Invariant: no claim is given out before the signature over the very bytes that hold it was checked with
//! a public key of the issuer's set. The key decides which algorithm may be used with it, so neither
//! "none" nor a shared secret is ever one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::Claims;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;

/// Tokens are a few hundred bytes; nothing longer is read.
const TOKEN_BYTES_MOST: usize = 32 * 1024;

/// Why a token's claims are not given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenUnread {
    #[error("it is not a signed token")]
    Shape,
    #[error("it is signed in a way that is not taken")]
    Algorithm,
    /// The set may be old: keys change.
    #[error("it is signed with a key that the service does not publish")]
    KeyUnknown,
    #[error("its signature is false")]
    Signature,
    #[error("its claims cannot be read")]
    Claims,
}

/// The public keys of a service.
#[derive(Clone, Debug, Deserialize)]
pub struct KeySet {
    keys: Vec<Key>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Key {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    n: String,
    e: String,
    crv: String,
    x: String,
    y: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that must be understood; none is.
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(Deserialize)]
struct Said {
    iss: String,
    sub: String,
    aud: OneOrMore,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    auth_time: Option<i64>,
    acr: Option<String>,
    #[serde(default)]
    amr: Vec<String>,
}

impl KeySet {
    /// Errors: what is no key set.
    pub fn read(bytes: &[u8]) -> Result<KeySet, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// The keys that may have signed under this header. Source: RFC 7517, sections 4.1 to 4.5.
    fn fitting<'a>(&'a self, header: &'a Header, kty: &'a str) -> impl Iterator<Item = &'a Key> {
        self.keys.iter().filter(move |key| {
            let named = header.kid.is_none() || key.kid == header.kid;
            let signs = key.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
            let fits = key.alg.as_deref().is_none_or(|alg| alg == header.alg);
            key.kty == kty && named && signs && fits
        })
    }
}

impl Key {
    fn rsa(&self) -> Option<RsaPublicKeyComponents<Vec<u8>>> {
        let number = |text: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<u8>>())
        };
        Some(RsaPublicKeyComponents { n: number(&self.n)?, e: number(&self.e)? })
    }

    /// An uncompressed point. Source: RFC 7518, section 6.2.1.
    fn point(&self) -> Option<Vec<u8>> {
        let half = |text: &str| URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == 32);
        let (x, y) = (half(&self.x)?, half(&self.y)?);
        (self.crv == "P-256").then(|| [vec![4], x, y].concat())
    }

    fn signed(&self, alg: &str, message: &[u8], signature: &[u8]) -> bool {
        match alg {
            "RS256" => self
                .rsa()
                .is_some_and(|k| k.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()),
            "PS256" => self
                .rsa()
                .is_some_and(|k| k.verify(&RSA_PSS_2048_8192_SHA256, message, signature).is_ok()),
            "ES256" => self.point().is_some_and(|point| {
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                key.verify(message, signature).is_ok()
            }),
            _ => false,
        }
    }
}

/// The claims of a token that one of these keys signed.
///
/// Source: RFC 7515, section 5.2; RFC 8725, sections 3.1 and 3.2, for algorithms.
pub fn claims(token: &str, keys: &KeySet) -> Result<Claims, TokenUnread> {
    if token.len() > TOKEN_BYTES_MOST {
        return Err(TokenUnread::Shape);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(TokenUnread::Shape)?;
    let (head, body) = message.split_once('.').ok_or(TokenUnread::Shape)?;
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenUnread::Shape);
    let header: Header = serde_json::from_slice(&bytes(head)?).map_err(|_| TokenUnread::Shape)?;
    let kty = match header.alg.as_str() {
        "RS256" | "PS256" if header.crit.is_none() => "RSA",
        "ES256" if header.crit.is_none() => "EC",
        _ => return Err(TokenUnread::Algorithm),
    };
    let signature = bytes(signature)?;
    let mut fitting = keys.fitting(&header, kty).peekable();
    if fitting.peek().is_none() {
        return Err(TokenUnread::KeyUnknown);
    }
    if !fitting.any(|key| key.signed(&header.alg, message.as_bytes(), &signature)) {
        return Err(TokenUnread::Signature);
    }
    let said: Said = serde_json::from_slice(&bytes(body)?).map_err(|_| TokenUnread::Claims)?;
    Ok(Claims {
        issuer: said.iss,
        subject: said.sub,
        audience: match said.aud {
            OneOrMore::One(one) => vec![one],
            OneOrMore::More(all) => all,
        },
        party: said.azp,
        expires: Some(said.exp),
        issued: Some(said.iat),
        not_before: said.nbf,
        nonce: said.nonce,
        authenticated: said.auth_time,
        class: said.acr,
        methods: said.amr,
    })
}

/// Where a service is asked.
#[derive(Clone, Debug, Deserialize)]
pub struct Places {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    pub end_session_endpoint: Option<String>,
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Whether every answer names its issuer. Source: RFC 9207, section 3.
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl Places {
    /// Errors: what is no such page.
    pub fn read(bytes: &[u8]) -> Result<Places, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// Whether our secret goes into a header; otherwise into the form.
    ///
    /// Source: OpenID Connect Discovery 1.0, section 3: the header where nothing is said.
    pub fn secret_in_header(&self) -> bool {
        let methods = &self.token_endpoint_auth_methods_supported;
        methods.is_empty() || methods.iter().any(|method| method == "client_secret_basic")
    }
}

/// What a service hands over for a code.
#[derive(Deserialize)]
pub struct Handed {
    pub id_token: String,
}

impl Handed {
    /// Errors: what is no such answer.
    pub fn read(bytes: &[u8]) -> Result<Handed, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

    struct Issuer(EcdsaKeyPair);

    impl Issuer {
        fn new() -> Issuer {
            let chance = SystemRandom::new();
            let way = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let document = EcdsaKeyPair::generate_pkcs8(way, &chance).unwrap();
            Issuer(EcdsaKeyPair::from_pkcs8(way, document.as_ref(), &chance).unwrap())
        }

        fn keys(&self, more: &str) -> KeySet {
            let point = self.0.public_key().as_ref();
            let (x, y) =
                (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
            let text = format!(
                r#"{{"keys":[{{"kty":"oct","k":"AAAA"}},{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"{more}}}]}}"#
            );
            KeySet::read(text.as_bytes()).unwrap()
        }

        fn token(&self, header: &str, body: &str) -> String {
            let message =
                format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(body));
            let signature = self.0.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
            format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
        }
    }

    const BODY: &str = r#"{"iss":"https://id.example","sub":"7","aud":"waymark","exp":20,"iat":10,"nonce":"n","amr":["pwd","otp"]}"#;

    #[test]
    fn a_signed_token_gives_its_claims() {
        let issuer = Issuer::new();
        let token = issuer.token(r#"{"alg":"ES256","kid":"a"}"#, BODY);
        let read = claims(&token, &issuer.keys(r#","kid":"a","use":"sig""#)).unwrap();
        assert_eq!((read.subject.as_str(), read.audience), ("7", vec!["waymark".to_owned()]));
        assert_eq!(read.methods, ["pwd", "otp"]);
        let bare = issuer.token(r#"{"alg":"ES256"}"#, BODY);
        assert!(claims(&bare, &issuer.keys(r#","kid":"a""#)).is_ok(), "a set with one key");
    }

    #[test]
    fn what_was_not_signed_by_the_issuer_is_not_read() {
        let (issuer, other) = (Issuer::new(), Issuer::new());
        let keys = issuer.keys(r#","kid":"a""#);
        let header = r#"{"alg":"ES256","kid":"a"}"#;
        let good = issuer.token(header, BODY);
        let cut = good.rsplit_once('.').unwrap().0;
        let other_body = URL_SAFE_NO_PAD.encode(BODY.replace("\"7\"", "\"8\""));
        let swapped = {
            let parts: Vec<&str> = good.split('.').collect();
            format!("{}.{other_body}.{}", parts[0], parts[2])
        };
        for (token, wanted) in [
            (other.token(header, BODY), TokenUnread::Signature),
            (swapped, TokenUnread::Signature),
            (format!("{cut}."), TokenUnread::Signature),
            (issuer.token(r#"{"alg":"none"}"#, BODY), TokenUnread::Algorithm),
            (issuer.token(r#"{"alg":"None"}"#, BODY), TokenUnread::Algorithm),
            (issuer.token(r#"{"alg":"HS256","kid":"a"}"#, BODY), TokenUnread::Algorithm),
            (issuer.token(r#"{"alg":"ES256","crit":["b64"]}"#, BODY), TokenUnread::Algorithm),
            (issuer.token(r#"{"alg":"RS256","kid":"a"}"#, BODY), TokenUnread::KeyUnknown),
            (issuer.token(r#"{"alg":"ES256","kid":"b"}"#, BODY), TokenUnread::KeyUnknown),
            (issuer.token(header, &BODY.replace("20", "\"20\"")), TokenUnread::Claims),
            (
                issuer.token(header, &BODY.replace("{\"iss\"", "{\"sub\":\"9\",\"iss\"")),
                TokenUnread::Claims,
            ),
            (format!("{}.x", "a".repeat(TOKEN_BYTES_MOST)), TokenUnread::Shape),
            ("a.b".to_owned(), TokenUnread::Shape),
            (String::new(), TokenUnread::Shape),
        ] {
            assert_eq!(claims(&token, &keys), Err(wanted), "{token:.80}");
        }
    }

    #[test]
    fn a_key_for_something_else_signs_nothing() {
        let issuer = Issuer::new();
        let token = issuer.token(r#"{"alg":"ES256","kid":"a"}"#, BODY);
        for more in [r#","kid":"a","use":"enc""#, r#","kid":"a","alg":"ES384""#] {
            assert_eq!(claims(&token, &issuer.keys(more)), Err(TokenUnread::KeyUnknown), "{more}");
        }
    }
}
