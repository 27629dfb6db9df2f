//! Open file descriptors: files, sockets and the rest, each once, by who owns it.

use super::DEEPEST;
use super::rows::{Holders, Tally, file_label};
use super::survey::{Part, Seen};
use super::{Gathered, OutsideKind, OutsideName, Sort};
use crate::analysis::Inquiry;
use crate::analysis::label::Label;
use crate::analysis::story::counted;
use crate::heap::{ClassIndex, ObjectIndex};
use crate::hprof::{BasicType, Value};
use hashbrown::HashMap;

/// Classes with a field `fd` that only borrow the descriptor.
const BORROWERS: [&str; 4] = [
    "java.nio.MappedByteBuffer",
    "java.lang.ref.Reference",
    "java.lang.Thread",
    "java.lang.Process",
];
/// Ports above are a client's own, of which each connection has another.
const SERVICE_PORTS: i64 = 32_767;

/// Descriptors that are open, and who knows most of each.
#[derive(Debug, Default)]
pub(super) struct Descriptors {
    /// The best owner of each descriptor: one that knows a path or an address.
    owners: HashMap<ObjectIndex, (u8, ObjectIndex, Label)>,
    /// By number, of which several objects may be.
    open: HashMap<i64, ObjectIndex>,
    /// Whose owners are known already, to tell them once only.
    holders: HashMap<ObjectIndex, Option<Label>>,
}

impl Descriptors {
    fn see_owner(&mut self, inquiry: &Inquiry<'_>, owner: ObjectIndex) {
        let Some(descriptor) = inquiry.values.reference(owner, "fd") else { return };
        let label = inquiry.descriptor_label(owner);
        let rank = match label.is_empty() {
            true => 0,
            false if inquiry.values.reference(owner, "path").is_some() => 2,
            false => 1,
        };
        let known = self.owners.get(&descriptor).is_some_and(|(known, ..)| *known >= rank);
        if !known {
            self.owners.insert(descriptor, (rank, owner, label));
        }
    }

    /// The object that is told of for a descriptor.
    fn owner_of(&self, descriptor: ObjectIndex) -> ObjectIndex {
        self.owners.get(&descriptor).map_or(descriptor, |&(_, owner, _)| owner)
    }

    fn see_descriptor(
        &mut self,
        inquiry: &Inquiry<'_>,
        holders: &mut Holders,
        descriptor: ObjectIndex,
    ) {
        let number = inquiry.values.integer(descriptor, "fd").filter(|fd| *fd >= 0);
        // Windows has handles for files, and numbers for sockets.
        let handle = || inquiry.values.integer(descriptor, "handle").filter(|h| *h >= 0);
        let Some(number) = number.or_else(|| Some(handle()?.saturating_add(1 << 32))) else {
            return;
        };
        let better = |known: &ObjectIndex| {
            let rank = |of| self.owners.get(of).map_or(0, |(rank, ..)| 1 + *rank);
            rank(&descriptor) > rank(known)
        };
        if self.open.get(&number).is_none_or(better) {
            self.open.insert(number, descriptor);
            let owner = self.owner_of(descriptor);
            self.holders.insert(owner, holders.of(inquiry, owner));
        }
    }
}

impl Part for Descriptors {
    fn sorts(&self) -> &'static [Sort] {
        &[Sort::DescriptorOwner, Sort::Descriptor]
    }

    fn see(&mut self, inquiry: &Inquiry<'_>, holders: &mut Holders, seen: Seen) {
        match seen.sort {
            Sort::DescriptorOwner => self.see_owner(inquiry, seen.object),
            _ => self.see_descriptor(inquiry, holders, seen.object),
        }
    }

    fn tell(mut self: Box<Self>, inquiry: &Inquiry<'_>, gathered: &Gathered) -> Vec<OutsideKind> {
        let mut tallies = [Tally::default(), Tally::default(), Tally::default()];
        let mut numbers: Vec<(i64, ObjectIndex)> =
            core::mem::take(&mut self.open).into_iter().collect();
        numbers.sort_unstable();
        for (number, descriptor) in numbers {
            let (at, label, owner) = match self.owners.remove(&descriptor) {
                Some((_, owner, label)) => (inquiry.descriptor_kind(owner), label, owner),
                None => (2, standard(number).into(), descriptor),
            };
            let label = match standard(number) {
                "" => label,
                standard => standard.into(),
            };
            let at = if (0..3).contains(&number) { 2 } else { at };
            let class = Some(inquiry.heap().objects.class(owner));
            let holder = self.holders.get(&owner).cloned().flatten();
            tallies[at].add(label, class, holder, None, owner);
        }
        let notes = || gathered.note(Sort::Descriptor).into_iter().collect();
        let [files, sockets, others] = tallies;
        let all = files.count() + sockets.count() + others.count();
        let limit = format!(
            "{} known to the heap; the limit of the process is ulimit -n.",
            counted(all, "descriptor in all is", "descriptors in all are")
        );
        let with_limit = |mut notes: Vec<String>| {
            notes.insert(0, limit);
            notes
        };
        vec![
            inquiry.kind(OutsideName::Files, files, false, with_limit(notes())),
            inquiry.kind(OutsideName::Sockets, sockets, false, notes()),
            inquiry.kind(OutsideName::OtherDescriptors, others, false, notes()),
        ]
    }
}

impl Inquiry<'_> {
    /// Whether instances of a class have a `java.io.FileDescriptor` of their own: in a field `fd`.
    pub(super) fn owns_descriptor(&self, class: ClassIndex) -> bool {
        let heap = self.heap();
        let mut declares = false;
        for class in heap.classes.lineage(class).take(DEEPEST) {
            let class = heap.classes.get(class);
            if BORROWERS.contains(&class.name.as_str()) || class.name.ends_with("Unmapper") {
                return false;
            }
            declares |= class.fields.iter().any(|field| {
                field.ty == BasicType::Object && heap.names.raw(field.name) == Some(b"fd")
            });
        }
        declares
    }

    /// Which table an owner belongs to: files, sockets, others.
    fn descriptor_kind(&self, owner: ObjectIndex) -> usize {
        let name = &self.heap().classes.get(self.heap().objects.class(owner)).name;
        if ["Socket", "Datagram", "Sctp"].iter().any(|word| name.contains(word)) {
            1
        } else if name.contains("File") || self.values.reference(owner, "path").is_some() {
            0
        } else {
            2
        }
    }

    /// The path of a file or the address of a socket, as far as its owner knows it.
    fn descriptor_label(&self, owner: ObjectIndex) -> Label {
        let values = &self.values;
        if let Some(path) = values.string_field(owner, "path") {
            return file_label(path);
        }
        if let Some(remote) = values.reference(owner, "remoteAddress")
            && let Some(text) = self.socket_address(remote)
        {
            return Label::from("to ").then(address_label(text));
        }
        if let Some(local) = values.reference(owner, "localAddress")
            && let Some(text) = self.socket_address(local)
        {
            return Label::from("at ").then(address_label(text));
        }
        let port = |field| values.integer(owner, field).filter(|port| *port > 0);
        match (port("port"), port("localport")) {
            (Some(port), _) => {
                let host = values.reference(owner, "address").and_then(|host| self.host(host));
                let address = endpoint(host.as_deref().unwrap_or("?"), port);
                Label::from("to ").then(address_label(address))
            }
            (None, Some(local)) => Label::from("at ").then(address_label(format!("port {local}"))),
            _ => Label::default(),
        }
    }

    /// `host:port` of a `java.net.InetSocketAddress`.
    fn socket_address(&self, address: ObjectIndex) -> Option<String> {
        let holder = self.values.reference(address, "holder").unwrap_or(address);
        let port = self.values.integer(holder, "port")?;
        let host = self
            .values
            .string_field(holder, "hostname")
            .or_else(|| self.host(self.values.reference(holder, "addr")?));
        Some(endpoint(host.as_deref().unwrap_or("?"), port))
    }

    /// The name or number of a `java.net.InetAddress`.
    fn host(&self, address: ObjectIndex) -> Option<String> {
        let values = &self.values;
        if let Some(six) = values.reference(address, "holder6") {
            let bytes = values.reference(six, "ipaddress")?;
            let bytes = values.primitive_bytes(bytes, 0, 16).ok()?;
            let bytes = <[u8; 16]>::try_from(bytes).ok()?;
            return Some(format!("[{}]", core::net::Ipv6Addr::from(bytes)));
        }
        let holder = values.reference(address, "holder").unwrap_or(address);
        if let Some(name) = values.string_field(holder, "hostName").filter(|name| !name.is_empty())
        {
            return Some(name);
        }
        match values.field(holder, "address")? {
            Value::Int(number) => {
                Some(core::net::Ipv4Addr::from(number.cast_unsigned()).to_string())
            }
            _ => None,
        }
    }
}

/// An address of the network.
fn address_label(address: String) -> Label {
    Label::content(address, "‹host›")
}

/// `host:port`, without a port that only this connection has.
fn endpoint(host: &str, port: i64) -> String {
    if port > SERVICE_PORTS { host.to_owned() } else { format!("{host}:{port}") }
}

fn standard(number: i64) -> &'static str {
    match number {
        0 => "standard input",
        1 => "standard output",
        2 => "standard error",
        _ => "",
    }
}
