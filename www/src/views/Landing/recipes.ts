/** Ways to take a heap dump, most useful first. */
export interface Recipe {
  when: string;
  command: string;
}

export const RECIPES: readonly Recipe[] = [
  {
    when: "From a running JVM, compressed (JDK 15 or later)",
    command: "jcmd <pid> GC.heap_dump -gz=1 /tmp/heap.hprof.gz",
  },
  { when: "From an older JVM", command: "jmap -dump:live,format=b,file=/tmp/heap.hprof <pid>" },
  {
    when: "At the next OutOfMemoryError, as JVM options",
    command: "-XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath=/tmp",
  },
  {
    when: "In a Kubernetes pod (the JVM is often process 1)",
    command: "kubectl exec <pod> -- jcmd 1 GC.heap_dump -gz=1 /tmp/heap.hprof.gz",
  },
  { when: "and fetch it", command: "kubectl cp <pod>:/tmp/heap.hprof.gz heap.hprof.gz" },
];
