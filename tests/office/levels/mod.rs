//! Signatures that last (ETSI EN 319 142-1 §6): B-T, B-LT and B-LTA through the program, with time-stamping
//! authorities, revocation lists and responders of other makers on loopback, and before foreign judges.

mod authorities;
mod refusals;
mod renewal;
mod revocation;
mod steps;
mod world;
