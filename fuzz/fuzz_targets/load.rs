//! Any bytes load to suspects, or to an error: no panic, no hang, no allocation of claimed lengths.
#![no_main]

use heapglass::analysis::Inquiry;
use heapglass::heap::ObjectIndex;
use heapglass::heap::loader::{LoadOptions, load};
use heapglass::report::Report;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(mut loaded) = load(&data, LoadOptions::default(), 4096, &mut |_| {}) else { return };
    // A compressed dump would be read through its index; the plain bytes are what is fuzzed here.
    if loaded.gzip.take().is_some() {
        return;
    }
    let inquiry = Inquiry::new(&loaded, &data);
    let _ = Report::new(&inquiry).to_string();
    for object in loaded.heap.objects.indices().take(64) {
        let _ = inquiry.object(object);
        let _ = inquiry.path_to_root(object);
        let _ = inquiry.outbound(object, 0, 10);
    }
    let _ = inquiry.inbound(ObjectIndex(0), 0, 10);
});
