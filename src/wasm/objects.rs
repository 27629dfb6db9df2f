//! Questions about one class or one object.

use super::convert::{error, from_js, to_js_with_bytes};
use super::session::{Answer, Ready, STEP_MS, Session};
use crate::analysis::collections::ContentsQuery;
use crate::analysis::text::TextPlace;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Entries of a collection looked at between two looks at the clock; each may read the file.
const LOOKS: u64 = 2_000;

#[wasm_bindgen]
impl Session {
    /// Everything about a class.
    ///
    /// # Errors
    /// An error object when nothing is loaded or the class does not exist.
    #[wasm_bindgen(js_name = classDetails)]
    pub fn class_details(&self, class: u32) -> Answer {
        self.ask_heap(|inquiry| Ok(inquiry.class_details(Self::class_of(&inquiry, class)?)))
    }

    /// A window of a class's instances.
    ///
    /// # Errors
    /// An error object when nothing is loaded or the class does not exist.
    pub fn instances(&self, class: u32, sort: JsValue, start: u32, count: u32) -> Answer {
        let sort = from_js(sort)?;
        self.ask_heap(|inquiry| {
            Ok(inquiry.instances(Self::class_of(&inquiry, class)?, sort, start, count))
        })
    }

    /// Children in the dominator tree; the first level without a parent.
    ///
    /// # Errors
    /// An error object when nothing is loaded or the object does not exist.
    pub fn dominated(&self, parent: Option<u32>, start: u32, count: u32) -> Answer {
        self.ask_tree(|inquiry| {
            let parent = parent.map(|parent| Self::object_of(&inquiry, parent)).transpose()?;
            Ok(inquiry.dominated(parent, start, count))
        })
    }

    /// Everything about an object.
    ///
    /// # Errors
    /// An error object when nothing is loaded or the object does not exist or cannot be read.
    pub fn object(&self, object: u32) -> Answer {
        self.ask_heap(|inquiry| inquiry.object(Self::object_of(&inquiry, object)?))
    }

    /// The object with an address.
    ///
    /// # Errors
    /// An error object when nothing is loaded or nothing has the address.
    pub fn resolve(&self, address: &str) -> Answer {
        self.ask_heap(|inquiry| Ok(inquiry.row(inquiry.resolve(address)?)))
    }

    /// A page of array elements.
    ///
    /// # Errors
    /// An error object when nothing is loaded or the object does not exist or cannot be read.
    pub fn elements(&self, object: u32, start: u32, count: u32) -> Answer {
        self.ask_heap(|inquiry| inquiry.elements(Self::object_of(&inquiry, object)?, start, count))
    }

    /// One bounded batch of work towards a window of what is in a collection: `{done, window}`. Calls
    /// for another collection or order begin again.
    ///
    /// # Errors
    /// An error object when nothing is loaded or the object is no collection of a known class.
    pub fn contents(&self, object: u32, query: JsValue) -> Answer {
        let query: ContentsQuery = from_js(query)?;
        let ready = self.ready_now().map_err(|e| error(&e))?;
        let end = js_sys::Date::now() + STEP_MS;
        self.ask_heap(|inquiry| {
            let object = Self::object_of(&inquiry, object)?;
            let listing = &mut ready.listing.borrow_mut();
            loop {
                let step = inquiry.contents_step(listing, object, query, LOOKS)?;
                if step.done || js_sys::Date::now() >= end {
                    return Ok(step);
                }
            }
        })
    }

    /// A piece of the bytes of a primitive array.
    ///
    /// # Errors
    /// An error object when nothing is loaded or the object is no such array.
    pub fn bytes(&self, object: u32, start: f64, count: u32) -> Answer {
        let inquiry = self.ready_now().map(Ready::heap_inquiry).map_err(|e| error(&e))?;
        #[expect(clippy::cast_possible_truncation, reason = "a position is a whole number")]
        #[expect(clippy::cast_sign_loss, reason = "negative ones become 0")]
        let piece = Self::object_of(&inquiry, object)
            .and_then(|object| inquiry.bytes(object, start as u64, count));
        piece.map_err(|e| error(&e)).and_then(|piece| to_js_with_bytes(&piece))
    }

    /// A piece of a text or name.
    ///
    /// # Errors
    /// An error object when nothing is loaded or there is no such text.
    pub fn text(&self, place: JsValue, start: f64, count: u32) -> Answer {
        let place: TextPlace = from_js(place)?;
        let inquiry = self.ready_now().map(Ready::heap_inquiry).map_err(|e| error(&e))?;
        match &place {
            TextPlace::Object(object) => {
                Self::object_of(&inquiry, object.0).map_err(|e| error(&e))?;
            }
            TextPlace::Class(class) => {
                Self::class_of(&inquiry, class.0).map_err(|e| error(&e))?;
            }
            TextPlace::Name(_) => {}
        }
        #[expect(clippy::cast_possible_truncation, reason = "a position is a whole number")]
        #[expect(clippy::cast_sign_loss, reason = "negative ones become 0")]
        let piece = inquiry.text(&place, start as u64, count);
        piece.map_err(|e| error(&e)).and_then(|piece| to_js_with_bytes(&piece))
    }

    /// The shortest path from a GC root.
    ///
    /// # Errors
    /// An error object when nothing is loaded or the object does not exist.
    #[wasm_bindgen(js_name = pathToRoot)]
    pub fn path_to_root(&self, object: u32) -> Answer {
        self.ask(|inquiry| Ok(inquiry.path_to_root(Self::object_of(&inquiry, object)?)))
    }

    /// The dominators of an object.
    ///
    /// # Errors
    /// An error object when nothing is loaded or the object does not exist.
    #[wasm_bindgen(js_name = dominatorPath)]
    pub fn dominator_path(&self, object: u32) -> Answer {
        self.ask_tree(|inquiry| Ok(inquiry.dominator_path(Self::object_of(&inquiry, object)?)))
    }

    /// What an object refers to.
    ///
    /// # Errors
    /// An error object when nothing is loaded or the object does not exist or cannot be read.
    pub fn outbound(&self, object: u32, start: u32, count: u32) -> Answer {
        self.ask_heap(|inquiry| inquiry.outbound(Self::object_of(&inquiry, object)?, start, count))
    }

    /// What refers to an object.
    ///
    /// # Errors
    /// An error object when nothing is loaded or the object does not exist.
    pub fn inbound(&self, object: u32, start: u32, count: u32) -> Answer {
        self.ask_heap(|inquiry| inquiry.inbound(Self::object_of(&inquiry, object)?, start, count))
    }
}
