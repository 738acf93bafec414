//! The program serving its pages, and a visitor who types and presses buttons.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use testkit::Register;

use super::program;

pub struct Site {
    child: Child,
    address: String,
}

pub struct Visitor<'a> {
    site: &'a Site,
    cookie: String,
    form: String,
}

impl Site {
    pub fn start(register: &Register) -> Site {
        let mut command = program(register, &["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.rsplit("http://").next().unwrap().trim().to_owned();
        Site { child, address }
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks the server to stop, as whoever runs it does.
    pub fn terminate(&self) {
        let process = self.process().to_string();
        assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
    }

    /// Returns when the server has stopped by itself.
    pub fn wait(&mut self) {
        self.child.wait().unwrap();
    }

    /// Types a wrong password; the answer.
    pub fn guess(&self, email: &str) -> String {
        let page = self.ask("GET", "/sign-in", "", "");
        let visitor = Visitor { site: self, cookie: cookie(&page), form: token(&page) };
        visitor.post("/sign-in", &format!("email={}&password=guess", email.replace('@', "%40")))
    }

    pub fn sign_in(&self, email: &str) -> Visitor<'_> {
        let page = self.ask("GET", "/sign-in", "", "");
        let visitor = Visitor { site: self, cookie: cookie(&page), form: token(&page) };
        let password = app::demo::PASSWORD;
        let said = format!("email={}&password={password}", email.replace('@', "%40"));
        let answer = visitor.post("/sign-in", &said);
        let cookie = cookie(&answer);
        let home = self.ask("GET", "/", &cookie, "");
        Visitor { site: self, form: token(&home), cookie }
    }

    /// Signs in for the first time outside a demonstration: by password, then by a new device's code.
    pub async fn first_sign_in(
        &self,
        register: &Register,
        (email, password): (&str, &str),
    ) -> Visitor<'_> {
        let page = self.ask("GET", "/sign-in", "", "");
        let visitor = Visitor { site: self, cookie: cookie(&page), form: token(&page) };
        let encode = |text: &str| text.replace('@', "%40").replace(' ', "+");
        let said = format!("email={}&password={}", encode(email), encode(password));
        let half = cookie(&visitor.post("/sign-in", &said));
        let page = self.ask("GET", "/sign-in/code", &half, "");
        assert!(page.contains("data-secret"), "no device is asked for: {page}");
        let half = Visitor { site: self, cookie: half, form: token(&page) };
        let code = code_of(register, email).await;
        let cookie = cookie(&half.post("/sign-in/code", &format!("code={code}")));
        let home = self.ask("GET", "/", &cookie, "");
        Visitor { site: self, form: token(&home), cookie }
    }

    fn begin(&self, method: &str, path: &str, cookie: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        stream
    }

    fn ask(&self, method: &str, path: &str, cookie: &str, body: &str) -> String {
        let mut answer = Vec::new();
        self.begin(method, path, cookie, body).read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Visitor<'_> {
    /// Sends a form and does not wait for the answer.
    pub fn begin(&self, path: &str, fields: &str) -> TcpStream {
        self.site.begin("POST", path, &self.cookie, &format!("csrf={}&{fields}", self.form))
    }

    /// Sends a form; the answer with its headings.
    pub fn post(&self, path: &str, fields: &str) -> String {
        self.site.ask("POST", path, &self.cookie, &format!("csrf={}&{fields}", self.form))
    }

    pub fn get(&self, path: &str) -> String {
        self.site.ask("GET", path, &self.cookie, "")
    }
}

/// What the device of an account shows now.
async fn code_of(register: &Register, email: &str) -> String {
    let mut tx = register.db.begin_read().await.unwrap();
    let account = store::accounts::by_email(&mut tx, email).await.unwrap().unwrap();
    let factor = store::sign_in::factor(&mut tx, account.id).await.unwrap().unwrap();
    let digits = factor.seed.as_bytes().chunks(2).map(|two| std::str::from_utf8(two).unwrap());
    let seed: Vec<u8> = digits.map(|two| u8::from_str_radix(two, 16).unwrap()).collect();
    let ctx = app::Context::new(register.db.clone(), None, app::Clock::System);
    app::accounts::totp::code(&seed, app::accounts::totp::step_of(ctx.device_seconds()))
}

fn cookie(answer: &str) -> String {
    let line = answer.lines().find(|l| l.to_ascii_lowercase().starts_with("set-cookie:"));
    let line = line.unwrap_or_else(|| panic!("no cookie: {answer}"));
    line.split_once(':').unwrap().1.trim().split(';').next().unwrap().to_owned()
}

fn token(page: &str) -> String {
    let rest = page.split("name=\"csrf\" value=\"").nth(1);
    let rest = rest.unwrap_or_else(|| panic!("no form: {page}"));
    rest.split('"').next().unwrap().to_owned()
}
