//! Answers and errors as JavaScript values.

use crate::error::Error;
use crate::protocol::ErrorData;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// Plain objects, `null` for nothing, numbers for all integers (sizes are below 2^53).
pub(super) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value.serialize(&Serializer::json_compatible()).map_err(JsValue::from)
}

/// As [`to_js`], with bytes as a `Uint8Array`.
pub(super) fn to_js_with_bytes(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = Serializer::json_compatible().serialize_bytes_as_arrays(false);
    value.serialize(&serializer).map_err(JsValue::from)
}

pub(super) fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(JsValue::from)
}

/// An error as the page expects it.
pub(super) fn error(error: &Error) -> JsValue {
    to_js(&ErrorData::from(error)).unwrap_or_else(|_| JsValue::from_str(error.message()))
}
