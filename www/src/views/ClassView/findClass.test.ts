import { describe, expect, it } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { findClass, namesClass } from "./findClass";

describe("the class that a link means", () => {
  it("is the one of that number when the name agrees", async () => {
    const found = await findClass(new FakeEngine(), 1, "org.apache.tomcat.websocket.WsSession");
    expect(found.ok && found.value.class.class).toBe(1);
  });

  it("is the one of that name when the number belongs to another class of this dump", async () => {
    const found = await findClass(new FakeEngine(), 4, "org.apache.tomcat.websocket.WsSession");
    expect(found.ok && found.value.class.class).toBe(1);
  });

  it("is said to be missing when the dump has no class of that name", async () => {
    const found = await findClass(new FakeEngine(), 4, "com.acme.Gone");
    expect(found.ok ? null : found.error).toMatchObject({
      kind: "notFound",
      message: "This dump has no class com.acme.Gone.",
    });
  });

  it("may be named by its simple name, but not by a part of it", () => {
    expect(namesClass("Entry", "java.util.Map$Entry")).toBe(true);
    expect(namesClass("Session", "org.apache.tomcat.websocket.WsSession")).toBe(false);
  });
});
