//! Answers and errors as JavaScript values.

use crate::error::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

#[derive(Serialize)]
struct ErrorData<'a> {
    kind: crate::error::ErrorKind,
    message: &'a str,
    offset: Option<u64>,
    advice: Option<&'a str>,
}

/// Plain objects, `null` for nothing, numbers for all integers (sizes are below 2^53).
pub(super) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value.serialize(&Serializer::json_compatible()).map_err(JsValue::from)
}

pub(super) fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(JsValue::from)
}

/// An error as the page expects it.
pub(super) fn error(error: &Error) -> JsValue {
    let data = ErrorData {
        kind: error.kind(),
        message: error.message(),
        offset: error.offset(),
        advice: error.advice(),
    };
    to_js(&data).unwrap_or_else(|_| JsValue::from_str(error.message()))
}
