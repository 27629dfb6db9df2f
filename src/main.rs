fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap();
    let source = heapglass::source::FileSource::open(std::path::Path::new(&path)).unwrap();
    let start = std::time::Instant::now();
    let mut phase = None;
    let mut at = start;
    let loaded = heapglass::heap::loader::load(&source, Default::default(), 1 << 24, &mut |p| {
        if phase != Some(p.phase) {
            if let Some(ph) = phase {
                eprintln!("{ph:?} {:?}", at.elapsed());
            }
            phase = Some(p.phase);
            at = std::time::Instant::now();
        }
    })
    .unwrap();
    eprintln!("total {:?}", start.elapsed());
    let heap = &loaded.heap;
    println!(
        "objects {} classes {} reachable {} used {} roots {} unreachable {:?}",
        heap.objects.len(),
        heap.classes.len(),
        loaded.dominators.reachable_count(),
        loaded.dominators.total(),
        heap.roots.objects().len(),
        loaded.totals.sum()
    );
    println!(
        "objects {} B/o map {} edges {} dom {} paths {}",
        heap.objects.bytes(),
        heap.addresses.bytes(),
        heap.edges.bytes(),
        loaded.dominators.bytes(),
        loaded.paths.bytes()
    );
    println!("{:?}", heap.oddities);
    let q = heapglass::analysis::Inquiry::new(&loaded, &source);
    for row in q.dominated(None, 0, 8).rows {
        println!("{} {} {} {}", row.name, row.value.unwrap_or_default(), row.retained, row.address);
    }
}
