//! What a class loader is called: what its container named it, or where it loads from.

use crate::analysis::collections::{self};
use crate::analysis::story::innermost_name;
use crate::heap::ObjectIndex;
use crate::heap::values::Values;

/// Characters of a name that a row can bear.
const LIMIT: u32 = 200;
/// Fields with a text that names a loader, of any class: JDK 9's own name, Tomcat's, JBoss' and
/// Jetty's.
const TEXTS: [&str; 4] = ["name", "contextName", "_name", "moduleName"];

/// A loader's name: `Webapp /shop`, `URLClassLoader lib/app.jar (+ 3)`, or its class alone.
/// Some reads of the file.
pub(crate) fn loader_name(values: &Values<'_>, loader: ObjectIndex) -> String {
    let heap = values.heap();
    if heap.objects.system_loader() == Some(loader) {
        return super::BOOTSTRAP.to_owned();
    }
    let class = innermost_name(&heap.classes.get(heap.objects.class(loader)).name).to_owned();
    match own_name(values, loader) {
        Some(name) => format!("{class} {name}"),
        None => class,
    }
}

/// What the loader says of itself beside its class.
fn own_name(values: &Values<'_>, loader: ObjectIndex) -> Option<String> {
    let text = |object: ObjectIndex, field: &str| {
        let (text, length) = values.string(values.reference(object, field)?, LIMIT)?;
        let text = text.trim().to_owned();
        let cut = if length > LIMIT { "…" } else { "" };
        (!text.is_empty()).then(|| text + cut)
    };
    if let Some(name) = TEXTS.iter().find_map(|field| text(loader, field)) {
        return Some(name);
    }
    // JBoss Modules: the module's name is one reference away, in the module or its identifier.
    if let Some(module) = values.reference(loader, "module") {
        let identifier = values.reference(module, "identifier").unwrap_or(module);
        if let Some(name) = text(module, "name").or_else(|| text(identifier, "name")) {
            return Some(name);
        }
    }
    // Jetty: the context of the web application.
    if let Some(context) = values.reference(loader, "_context")
        && let Some(name) = ["_contextPath", "_displayName"].iter().find_map(|f| text(context, f))
    {
        return Some(name);
    }
    first_url(values, loader)
}

/// Where an `URLClassLoader` loads from: the end of its first URL, and how many more there are.
fn first_url(values: &Values<'_>, loader: ObjectIndex) -> Option<String> {
    let path = values.reference(loader, "ucp")?;
    let urls = values.reference(path, "path")?;
    let count = collections::size(values, urls)?;
    let array = values.reference(urls, "elementData")?;
    let url = values.resolve(*values.object_elements(array, 0, 1).ok()?.first()?)?;
    let text = values.string_field(url, "path").or_else(|| values.string_field(url, "file"))?;
    let more = count.saturating_sub(1);
    let shown = tail(&text);
    Some(if more == 0 { shown } else { format!("{shown} (+ {more})") })
}

/// The last two parts of a path, which tell more than the first.
fn tail(path: &str) -> String {
    let end = path.trim_end_matches('/');
    let mut slashes = end.rmatch_indices('/').skip(1);
    let tail = slashes.next().map_or(end, |(at, _)| end.get(at + 1..).unwrap_or(end));
    let skip = tail.chars().count().saturating_sub(LIMIT as usize);
    tail.chars().skip(skip).collect()
}

#[cfg(test)]
mod tests {
    use super::tail;

    #[test]
    fn of_a_path_the_end_is_shown() {
        assert_eq!(tail("/opt/app/lib/core.jar"), "lib/core.jar");
        assert_eq!(tail("/opt/app/classes/"), "app/classes");
        assert_eq!(tail("core.jar"), "core.jar");
        assert_eq!(tail(""), "");
    }
}
