//! The data of reports against the schema that they are documented by.

use super::{FIXTURES, report_of};
use heapglass::report::{Contents, Format};
use serde_json::Value;

fn schema() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/report.schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn is_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the schema names the type {other}"),
    }
}

/// What of `value` is not as `rule` says, with its place. Knows the words that our schema uses, and
/// fails on any other, so that no rule goes unchecked.
fn errors(root: &Value, rule: &Value, value: &Value, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (word, of) in rule.as_object().unwrap() {
        match word.as_str() {
            "$schema" | "$id" | "title" | "description" | "$defs" => {}
            "$ref" => {
                let name = of.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                found.extend(errors(root, &root["$defs"][name], value, place));
            }
            "type" => {
                let names: Vec<&str> = match of {
                    Value::Array(names) => names.iter().map(|n| n.as_str().unwrap()).collect(),
                    name => vec![name.as_str().unwrap()],
                };
                if !names.iter().any(|name| is_type(value, name)) {
                    found.push(format!("{place}: {value} is not {names:?}"));
                }
            }
            "const" if of != value => found.push(format!("{place}: {value} is not {of}")),
            "enum" if !of.as_array().unwrap().contains(value) => {
                found.push(format!("{place}: {value} is none of {of}"));
            }
            "const" | "enum" => {}
            "minimum" => {
                if value.as_f64().is_some_and(|number| number < of.as_f64().unwrap()) {
                    found.push(format!("{place}: {value} is below {of}"));
                }
            }
            "maximum" => {
                if value.as_f64().is_some_and(|number| number > of.as_f64().unwrap()) {
                    found.push(format!("{place}: {value} is above {of}"));
                }
            }
            "anyOf" => {
                let rules = of.as_array().unwrap();
                if rules.iter().all(|rule| !errors(root, rule, value, place).is_empty()) {
                    found.push(format!("{place}: {value} is none of {of}"));
                }
            }
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(errors(root, of, item, &format!("{place}[{at}]")));
                }
            }
            "properties" => {
                for (name, item) in value.as_object().into_iter().flatten() {
                    if let Some(rule) = of.get(name) {
                        found.extend(errors(root, rule, item, &format!("{place}.{name}")));
                    }
                }
            }
            "required" => {
                for name in of.as_array().unwrap() {
                    if value.is_object() && value.get(name.as_str().unwrap()).is_none() {
                        found.push(format!("{place}: no {name}"));
                    }
                }
            }
            "additionalProperties" => {
                assert_eq!(of, false);
                for name in value.as_object().into_iter().flatten().map(|(name, _)| name) {
                    if rule["properties"].get(name).is_none() {
                        found.push(format!("{place}: {name} is not in the schema"));
                    }
                }
            }
            other => panic!("the schema says {other}, which this test does not know"),
        }
    }
    found
}

#[test]
fn every_report_is_as_the_schema_says() {
    let schema = schema();
    for fixture in FIXTURES {
        for contents in [Contents::LeftOut, Contents::Included] {
            let text = report_of(fixture, contents).render(Format::Json);
            let value: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(errors(&schema, &schema, &value, "report"), [""; 0], "{fixture}");
        }
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let schema = schema();
    let text = report_of("story-session-list", Contents::LeftOut).render(Format::Json);
    let good: Value = serde_json::from_str(&text).unwrap();
    let refuses = |change: &dyn Fn(&mut Value)| {
        let mut bad = good.clone();
        change(&mut bad);
        !errors(&schema, &schema, &bad, "report").is_empty()
    };
    assert!(refuses(&|report| report["schemaVersion"] = 2.into()));
    assert!(refuses(&|report| report["gate"]["outcome"] = "maybe".into()));
    assert!(refuses(&|report| report["heap"]["used"] = "much".into()));
    assert!(refuses(&|report| report["suspects"]["list"][0]["share"] = 1.5.into()));
    assert!(refuses(&|report| report["classes"]["rows"][0]["colour"] = "red".into()));
    assert!(refuses(&|report| drop(report.as_object_mut().unwrap().remove("verdict"))));
}

/// The schema closes every object, so that a field which is not described fails.
#[test]
fn every_object_of_the_schema_is_closed_and_complete() {
    let schema = schema();
    let mut objects: Vec<&Value> = schema["$defs"].as_object().unwrap().values().collect();
    objects.push(&schema);
    for object in objects.into_iter().filter(|rule| rule.get("properties").is_some()) {
        assert_eq!(object["additionalProperties"], false, "{object}");
        let required: Vec<&str> =
            object["required"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
        for name in object["properties"].as_object().unwrap().keys() {
            assert!(required.contains(&name.as_str()), "{name} is not required");
        }
    }
}
