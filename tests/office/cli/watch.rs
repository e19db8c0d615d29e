//! A preview that follows the draft.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::{Office, TIME};

/// Long enough for a busy machine; how fast it is, a bench says.
const PATIENCE: Duration = Duration::from_secs(20);

struct Watch {
    child: Child,
    said: Receiver<String>,
}

impl Watch {
    fn start(office: &Office) -> Watch {
        let mut command =
            office.command(&["render", "d.json", "-o", "d.pdf", "--watch", "--force", "--time", TIME]);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (sender, said) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Watch { child, said }
    }

    /// Waits for a line with `words`.
    #[track_caller]
    fn until(&self, words: &str) {
        let mut all = Vec::new();
        loop {
            match self.said.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(words) => return,
                Ok(line) => all.push(line),
                Err(_) => panic!("no «{words}» in {all:?}"),
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_preview_follows_each_save_and_outlives_mistakes() {
    let office = Office::new();
    office.draft("d.json", "Việc một");
    let watch = Watch::start(&office);
    watch.until("Watching");
    let preview = || fs::read(office.path("d.pdf")).unwrap();
    let first = preview();

    // A mistake is shown, and the preview stays as it was.
    let sound = fs::read_to_string(office.path("d.json")).unwrap();
    fs::write(office.path("d.json"), sound.replace("\"version\"", "\"versoin\"")).unwrap();
    watch.until("E-JSON-UNKNOWN-KEY");
    assert!(preview() == first);

    // Saved as editors do it: beside, and renamed.
    fs::create_dir(office.path("beside")).unwrap();
    office.draft("beside/new.json", "Việc hai");
    fs::rename(office.path("beside/new.json"), office.path("d.json")).unwrap();
    watch.until("d.pdf");
    assert!(preview() != first);
}
