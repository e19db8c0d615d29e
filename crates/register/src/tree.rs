//! The log's Merkle tree in the database: only hashes of whole subtrees are kept, in the order of
//! `tlog_tiles`, so that a new leaf reads and writes no more than the tree is high.

use std::cell::RefCell;
use std::collections::HashMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use tlog_tiles::{
    Error, Hash as Node, HashReader, prove_record, prove_tree, stored_hash_index, stored_hashes, tree_hash,
};

use super::RegisterError;
use crate::log::Hash;

/// The tree of one office, seen through one connection.
pub(super) struct Tree<'c> {
    pub connection: &'c mut AnyConnection,
    pub office: &'c str,
}

impl Tree<'_> {
    /// Adds `leaf` behind the first `size` leaves.
    pub(super) async fn append(&mut self, size: u64, leaf: &[u8]) -> Result<(), RegisterError> {
        let hashes = self.compute(|nodes| stored_hashes(size, leaf, nodes)).await?;
        self.store(stored_hash_index(0, size), &hashes).await
    }

    /// Writes `hashes` from the place `first` on.
    pub(super) async fn store(&mut self, first: u64, hashes: &[Node]) -> Result<(), RegisterError> {
        for (offset, hash) in hashes.iter().enumerate() {
            sqlx::query("INSERT INTO node (office, place, hash) VALUES ($1, $2, $3)")
                .bind(self.office)
                .bind(signed(first + offset as u64)?)
                .bind(BASE64_STANDARD.encode(hash.0))
                .execute(&mut *self.connection)
                .await?;
        }
        Ok(())
    }

    /// The root of the tree of the first `size` leaves.
    pub(super) async fn root(&mut self, size: u64) -> Result<Hash, RegisterError> {
        Ok(self.compute(|nodes| tree_hash(size, nodes)).await?.0)
    }

    /// The hash of the leaf at `index`.
    pub(super) async fn leaf(&mut self, index: u64) -> Result<Hash, RegisterError> {
        let hashes = self.compute(|nodes| nodes.read_hashes(&[stored_hash_index(0, index)])).await?;
        hashes.first().map(|node| node.0).ok_or(RegisterError::Damaged("node"))
    }

    /// The path from the leaf at `index` to the root of the first `size` leaves.
    pub(super) async fn path(&mut self, size: u64, index: u64) -> Result<Vec<Hash>, RegisterError> {
        let path = self.compute(|nodes| prove_record(size, index, nodes)).await?;
        Ok(path.into_iter().map(|node| node.0).collect())
    }

    /// What shows that the first `size` leaves begin with the first `old`.
    pub(super) async fn consistency(&mut self, size: u64, old: u64) -> Result<Vec<Hash>, RegisterError> {
        let path = self.compute(|nodes| prove_tree(size, old, nodes)).await?;
        Ok(path.into_iter().map(|node| node.0).collect())
    }

    /// Runs `work` twice: to learn which nodes it needs, which come from the database, and to do it.
    async fn compute<T>(&mut self, work: impl Fn(&Nodes) -> Result<T, Error>) -> Result<T, RegisterError> {
        let mut nodes = Nodes::default();
        work(&nodes).map_err(damaged)?;
        let asked = nodes.asked.take();
        nodes.known = self.read(&asked).await?;
        let done = work(&nodes).map_err(damaged)?;
        if nodes.asked.take().is_empty() { Ok(done) } else { Err(RegisterError::Damaged("node")) }
    }

    async fn read(&mut self, places: &[u64]) -> Result<HashMap<u64, Node>, RegisterError> {
        let mut known = HashMap::with_capacity(places.len());
        if places.is_empty() {
            return Ok(known);
        }
        let list = places.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        let query = format!("SELECT place, hash FROM node WHERE office = $1 AND place IN ({list})");
        let rows = sqlx::query(AssertSqlSafe(query)).bind(self.office).fetch_all(&mut *self.connection);
        for row in rows.await? {
            let place: i64 = row.try_get("place")?;
            let hash: String = row.try_get("hash")?;
            known.insert(unsigned(place)?, node(&hash).ok_or(RegisterError::Damaged("node"))?);
        }
        Ok(known)
    }
}

fn damaged(_: Error) -> RegisterError {
    RegisterError::Damaged("node")
}

/// A hash as it is kept.
pub(super) fn node(text: &str) -> Option<Node> {
    let bytes = BASE64_STANDARD.decode(text).ok()?;
    Some(Node(Hash::try_from(bytes).ok()?))
}

/// Hashes at hand, and those that were asked for and aren't.
#[derive(Default)]
pub(super) struct Nodes {
    pub known: HashMap<u64, Node>,
    asked: RefCell<Vec<u64>>,
}

impl HashReader for Nodes {
    fn read_hashes(&self, places: &[u64]) -> Result<Vec<Node>, Error> {
        let look = |place: &u64| match self.known.get(place) {
            Some(node) => *node,
            None => {
                self.asked.borrow_mut().push(*place);
                Node([0; 32])
            }
        };
        Ok(places.iter().map(look).collect())
    }
}

/// All hashes of a tree, in `tlog_tiles`' order.
#[derive(Default)]
pub(super) struct Hashes(pub Vec<Node>);

impl HashReader for Hashes {
    fn read_hashes(&self, places: &[u64]) -> Result<Vec<Node>, Error> {
        let at = |place: &u64| usize::try_from(*place).ok().and_then(|place| self.0.get(place)).copied();
        places.iter().map(|place| at(place).ok_or(Error::IndexesNotInTree)).collect()
    }
}

pub(super) fn signed(value: u64) -> Result<i64, RegisterError> {
    i64::try_from(value).map_err(|_| RegisterError::Damaged("number"))
}

pub(super) fn unsigned(value: i64) -> Result<u64, RegisterError> {
    u64::try_from(value).map_err(|_| RegisterError::Damaged("number"))
}
