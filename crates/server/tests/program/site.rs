//! The program serving its pages, and a visitor who types and presses buttons.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

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

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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
