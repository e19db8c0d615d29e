//! The PKCS#11 modules of this process. A module is initialised once, whoever uses it (PKCS#11 §5.4), and a token is
//! logged in to once for all sessions with it (§5.6): so both are kept here, for every key in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use secrecy::{ExposeSecret, SecretString};

use super::error::{TokenError, refused_pin};

/// How long a module is left alone after it was started anew.
const REST: Duration = Duration::from_secs(10);

static MODULES: Mutex<BTreeMap<PathBuf, Arc<Module>>> = Mutex::new(BTreeMap::new());

/// A module.
pub(super) struct Module {
    path: PathBuf,
    /// Which start of the module it is: sessions of an earlier one are gone, and their numbers may be others' now.
    start: AtomicU64,
    running: RwLock<Running>,
}

/// A module that is initialised; while this is borrowed, it is not started anew.
pub(super) struct Running {
    library: Pkcs11,
    began: Instant,
    /// The PINs of tokens that are logged in to, by serial number: who comes second has to know it as well.
    pins: Mutex<BTreeMap<String, SecretString>>,
}

impl Module {
    /// The module at `path`.
    ///
    /// # Errors
    /// It can't be loaded, or does not start.
    pub(super) fn at(path: &Path) -> Result<Arc<Module>, TokenError> {
        // One library under two names is still one.
        let named = path;
        let path = match named.canonicalize() {
            Ok(path) => path,
            // Whoever loads it says what is wrong.
            Err(_) => named.to_owned(),
        };
        let mut modules = lock(&MODULES);
        if let Some(module) = modules.get(&path) {
            return Ok(Arc::clone(module));
        }
        let library = Pkcs11::new(named).map_err(|cause| unusable(named, &cause))?;
        initialise(&library).map_err(|cause| unusable(named, &cause))?;
        let running = Running { library, began: Instant::now(), pins: Mutex::default() };
        let module =
            Arc::new(Module { path: path.clone(), start: AtomicU64::new(0), running: RwLock::new(running) });
        modules.insert(path, Arc::clone(&module));
        Ok(module)
    }

    pub(super) fn running(&self) -> RwLockReadGuard<'_, Running> {
        self.running.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which start of the module it is; the same as long as [`Module::running`] is borrowed.
    pub(super) fn start(&self) -> u64 {
        self.start.load(Ordering::Acquire)
    }

    /// Starts the module anew, unless somebody did since the `start` that failed, or did so lately: some see a token
    /// that was plugged in again, and a server that is there again, only then. Sessions end with it, all of them.
    pub(super) fn restart(&self, start: u64) -> Result<(), TokenError> {
        let mut running = self.running.write().unwrap_or_else(PoisonError::into_inner);
        if self.start() != start || start > 0 && running.began.elapsed() < REST {
            return Ok(());
        }
        // One that is not initialised any more has nothing to end.
        let _ = running.library.clone().finalize();
        initialise(&running.library).map_err(|cause| unusable(&self.path, &cause))?;
        self.start.store(start + 1, Ordering::Release);
        running.began = Instant::now();
        lock(&running.pins).clear();
        Ok(())
    }
}

impl Running {
    /// A session with the token that is called `label`, or with the only one, logged in with `pin`.
    pub(super) fn log_in(&self, label: Option<&str>, pin: &SecretString) -> Result<Session, TokenError> {
        let mut fitting = Vec::new();
        let mut found = Vec::new();
        for slot in self.library.get_slots_with_initialized_token()? {
            let token = self.library.get_token_info(slot)?;
            let known = token.label().trim().to_owned();
            if label.is_none_or(|label| label == known) {
                fitting.push((slot, token.serial_number().to_owned()));
            }
            found.push(known);
        }
        let [(slot, serial)] = fitting.as_slice() else { return Err(TokenError::Token(found)) };
        let mut pins = lock(&self.pins);
        let session = self.library.open_ro_session(*slot)?;
        match session.login(UserType::User, Some(&AuthPin::from(pin.expose_secret()))) {
            Ok(()) => {
                pins.insert(serial.clone(), pin.clone());
            }
            // Another key's session did, and nobody looks at the PIN.
            Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {
                if pins.get(serial).is_none_or(|known| known.expose_secret() != pin.expose_secret()) {
                    return Err(TokenError::Pin);
                }
            }
            Err(cause) => return Err(refused_pin(cause)),
        }
        Ok(session)
    }
}

fn initialise(library: &Pkcs11) -> Result<(), Error> {
    match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        // Some other part of the process did.
        Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
        done => done,
    }
}

fn unusable(path: &Path, cause: &Error) -> TokenError {
    TokenError::Module { path: path.to_owned(), cause: cause.to_string() }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
