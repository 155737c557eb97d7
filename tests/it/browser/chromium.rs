//! Chromium without a window, spoken to through two pipes in the DevTools protocol: texts of JSON, each ended by a zero.

use crate::support::Scratch;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// After so long without a word from the browser, something is wrong.
const PATIENCE: Duration = Duration::from_secs(120);

/// The name under which Chromium is installed, if it is.
pub fn installed() -> Option<String> {
    let works = |name: &&&str| {
        let asked = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    };
    ["chromium", "chromium-browser", "google-chrome"].iter().find(works).map(|name| (*name).to_owned())
}

/// A browser, which ends with this.
pub struct Browser {
    process: Child,
    send: File,
    receive: Receiver<Value>,
    last: u64,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Browser {
    /// Starts one with a profile of its own and no connections of its own.
    pub fn start(chromium: &str, scratch: &Scratch) -> Self {
        let [to, from] = ["to-browser", "from-browser"].map(|name| scratch.path(name));
        let made = Command::new("mkfifo").args([&to, &from]).status().expect("mkfifo runs");
        assert!(made.success(), "two pipes");
        // The protocol's pipes are the files 3 and 4; a shell can open them, and then becomes the browser.
        let process = Command::new("sh")
            .args(["-c", "to=$1 from=$2; shift 2; exec \"$@\" 3<\"$to\" 4>\"$from\"", "sh", &to, &from, chromium])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", scratch.path("profile")))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the browser starts");
        let send = File::options().write(true).open(&to).expect("a pipe to the browser");
        let answers = File::open(&from).expect("a pipe from the browser");
        let (told, receive) = channel();
        std::thread::spawn(move || {
            for text in BufReader::new(answers).split(0) {
                let said = text.ok().and_then(|text| serde_json::from_slice(&text).ok());
                if said.is_none_or(|said| told.send(said).is_err()) {
                    return;
                }
            }
        });
        Self { process, send, receive, last: 0 }
    }

    /// A new tab, about which everything is noted.
    pub fn tab(&mut self) -> Tab<'_> {
        let mut tab = Tab {
            browser: self,
            session: None,
            target: Value::Null,
            requests: Vec::new(),
            complaints: Vec::new(),
            loaded: false,
        };
        tab.target = tab.call("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].clone();
        let attached = tab.call("Target.attachToTarget", json!({ "targetId": tab.target, "flatten": true }));
        tab.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Network", "Log"] {
            tab.call(&format!("{domain}.enable"), json!({}));
        }
        tab
    }
}

/// A tab, and what was noted of it.
pub struct Tab<'b> {
    browser: &'b mut Browser,
    session: Option<String>,
    target: Value,
    /// Every address that it asked for.
    pub requests: Vec<String>,
    /// What the page wrote as an error or a warning, what its scripts did not catch, and what the browser complained of.
    pub complaints: Vec<String>,
    loaded: bool,
}

impl Tab<'_> {
    /// Calls a command of the protocol, and waits for the answer.
    pub fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.browser.last += 1;
        let id = self.browser.last;
        let mut call = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            call["sessionId"] = json!(session);
        }
        let mut text = call.to_string().into_bytes();
        text.push(0);
        self.browser.send.write_all(&text).expect("the browser listens");
        loop {
            let said = self.hear(method);
            if said["id"] == id {
                assert!(said["error"].is_null(), "{method}: {}", said["error"]);
                return said["result"].clone();
            }
        }
    }

    /// Waits for the next word of the browser and notes what it is.
    fn hear(&mut self, what: &str) -> Value {
        let said = self.browser.receive.recv_timeout(PATIENCE);
        let said = said.unwrap_or_else(|error| panic!("the browser says nothing to {what}: {error}"));
        let told = &said["params"];
        match said["method"].as_str().unwrap_or_default() {
            "Page.loadEventFired" => self.loaded = true,
            "Network.requestWillBeSent" => self.requests.extend(told["request"]["url"].as_str().map(str::to_owned)),
            "Runtime.exceptionThrown" => self.complaints.push(told["exceptionDetails"].to_string()),
            "Runtime.consoleAPICalled" if told["type"] != "log" => self.complaints.push(told.to_string()),
            "Log.entryAdded" => self.complaints.push(told["entry"].to_string()),
            _ => {}
        }
        said
    }

    /// Opens a file and waits until it is there.
    pub fn open(&mut self, page: &Path) {
        self.loaded = false;
        self.call("Page.navigate", json!({ "url": format!("file://{}", page.display()) }));
        while !self.loaded {
            self.hear("Page.navigate");
        }
    }

    /// The value of an expression in the page.
    pub fn run(&mut self, script: &str) -> Value {
        let answer = self.call("Runtime.evaluate", json!({ "expression": script, "returnByValue": true }));
        assert!(answer["exceptionDetails"].is_null(), "{script}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Waits until an expression holds in the page: whether it does in good time.
    pub fn waits_until(&mut self, script: &str) -> bool {
        let waiting = format!(
            "new Promise((done) => {{
               let left = 600;
               const ask = () => {{ if ({script}) done(true); else if (left-- > 0) setTimeout(ask, 100); else done(false); }};
               ask();
             }})"
        );
        let asked = json!({ "expression": waiting, "awaitPromise": true, "returnByValue": true });
        self.call("Runtime.evaluate", asked)["result"]["value"] == true
    }

    /// Presses a key.
    pub fn key(&mut self, key: &str, code: u32) {
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code });
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Keeps what the whole page looks like.
    pub fn picture(&mut self, path: &Path) {
        let size = self.call("Page.getLayoutMetrics", json!({}))["cssContentSize"].clone();
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let asked = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let answer = self.call("Page.captureScreenshot", asked);
        let text = answer["data"].as_str().expect("a picture");
        std::fs::write(path, decoded(text)).expect("the picture is kept");
    }

    /// Closes it.
    pub fn close(mut self) {
        self.session = None;
        let target = self.target.clone();
        self.call("Target.closeTarget", json!({ "targetId": target }));
    }
}

/// Bytes from Base64.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    bytes
}
