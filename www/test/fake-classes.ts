/** The classes of the double's heap: a few known ones, and names for the long tail of the histogram. */
import type { ClassRef } from "../src/engine/protocol";

export const CLASS_NAMES = [
  "com.ksh.export.ExcelExportTaskWebSocket",
  "org.apache.tomcat.websocket.WsSession",
  "byte[]",
  "char[]",
  "java.util.concurrent.ConcurrentHashMap",
  "java.util.Collections$SynchronizedRandomAccessList",
  "java.util.ArrayList",
  "java.lang.Object[]",
  "java.lang.Class",
  "java.lang.String",
  "java.lang.Thread",
  "java.util.HashMap",
  "java.util.HashMap$Node[]",
  "org.apache.tomcat.websocket.server.WsFrameServer",
  "org.apache.tomcat.websocket.server.UpgradeGroupInfo",
  "java.util.concurrent.ConcurrentHashMap$Node",
  "org.springframework.boot.loader.LaunchedURLClassLoader",
  "int[]",
  "java.lang.invoke.MethodHandleImpl$$Lambda$14/0x0000000800c03000",
  "java.util.HashMap$Node",
] as const;

export const classRef = (id: number): ClassRef => ({
  class: id,
  name: CLASS_NAMES[id] ?? fillerClass(id),
});
const WORDS = [
  "Order",
  "Customer",
  "Invoice",
  "Cache",
  "Handler",
  "Filter",
  "Registry",
  "Context",
  "Mapping",
  "Event",
];

/** Names for the long tail of the histogram. */
export function fillerClass(id: number): string {
  const packages = [
    "com.ksh.service",
    "org.springframework.core.type",
    "org.hibernate.engine.spi",
    "java.util",
    "io.netty.buffer",
  ];
  return `${packages[id % packages.length]}.${WORDS[id % WORDS.length]}${WORDS[(id * 7 + 3) % WORDS.length]}${id}`;
}
