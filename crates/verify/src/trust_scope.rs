//! Offices, and for which of them a trust anchor vouches.

use serde::{Deserialize, Serialize};

use crate::office_name::is_same_name;

/// Who an office is, as documents, certificates and those who trust it say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OfficeIdentity {
    /// Its name, in one line.
    pub name: String,
    /// Its identifier (mã định danh, OrganId), where it is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub organ_id: Option<String>,
}

impl OfficeIdentity {
    /// Whether both are the same office: they have the same name and, where both have one, the same identifier.
    pub fn is_same(&self, other: &OfficeIdentity) -> bool {
        let has_same_id = match (&self.organ_id, &other.organ_id) {
            (Some(one), Some(other)) => is_same_id(one, other),
            _ => true,
        };
        has_same_id && is_same_name(&self.name, &other.name)
    }
}

/// Whether two identifiers are the same office's.
pub(super) fn is_same_id(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

/// For whom an anchor vouches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TrustScope {
    /// For whoever it issued a certificate to: a national authority, or who was named for one question alone.
    Everyone,
    /// For these offices, and for nobody else.
    Offices(Vec<OfficeIdentity>),
}

impl TrustScope {
    /// For `office` alone.
    pub fn of(office: OfficeIdentity) -> TrustScope {
        TrustScope::Offices(vec![office])
    }

    /// Whether it vouches for `office`.
    pub fn vouches_for(&self, office: &OfficeIdentity) -> bool {
        match self {
            TrustScope::Everyone => true,
            TrustScope::Offices(offices) => offices.iter().any(|known| known.is_same(office)),
        }
    }

    /// Vouches for those as well whom `other` vouches for.
    pub fn unite(&mut self, other: &TrustScope) {
        match (&mut *self, other) {
            (TrustScope::Everyone, _) => {}
            (_, TrustScope::Everyone) => *self = TrustScope::Everyone,
            (TrustScope::Offices(known), TrustScope::Offices(more)) => {
                let new: Vec<_> = more.iter().filter(|office| !known.contains(office)).cloned().collect();
                known.extend(new);
            }
        }
    }

    /// The names of its offices as a list; `None` where it vouches for everyone.
    pub fn names(&self) -> Option<String> {
        let TrustScope::Offices(offices) = self else { return None };
        let mut names: Vec<String> = Vec::new();
        for OfficeIdentity { name, organ_id } in offices {
            let name = organ_id.as_ref().map_or_else(|| name.clone(), |id| format!("{name} ({id})"));
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Some(names.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office(name: &str, organ_id: Option<&str>) -> OfficeIdentity {
        OfficeIdentity { name: name.to_owned(), organ_id: organ_id.map(str::to_owned) }
    }

    #[test]
    fn an_office_is_its_name_and_its_identifier() {
        let own = office("UBND xã Hòa An", Some("H37.1"));
        for (other, is_same) in [
            (office("UBND XÃ HÒA AN", Some("h37.1")), true),
            (office("UBND xã Hòa An", None), true),
            (office("UBND xã Hòa An", Some("H37.2")), false),
            (office("UBND xã Bình An", Some("H37.1")), false),
            (office("UBND xã Bình An", None), false),
        ] {
            assert_eq!(own.is_same(&other), is_same, "{other:?}");
            assert_eq!(other.is_same(&own), is_same, "{other:?}");
            assert_eq!(TrustScope::of(own.clone()).vouches_for(&other), is_same);
            assert!(TrustScope::Everyone.vouches_for(&other));
        }
        assert!(!TrustScope::Offices(Vec::new()).vouches_for(&own));
    }

    #[test]
    fn scopes_unite() {
        let (one, other) = (office("A", None), office("B", None));
        let mut scope = TrustScope::of(one.clone());
        scope.unite(&TrustScope::of(other.clone()));
        scope.unite(&TrustScope::of(one.clone()));
        assert_eq!(scope, TrustScope::Offices(vec![one, other]));
        assert_eq!(scope.names().as_deref(), Some("A; B"));
        scope.unite(&TrustScope::Everyone);
        scope.unite(&TrustScope::of(office("C", None)));
        assert_eq!(scope, TrustScope::Everyone);
    }
}
