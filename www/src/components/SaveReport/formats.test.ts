import { expect, test } from "vitest";
import { reportName } from "./formats";

test("a report is called after its dump", () => {
  expect(reportName("app.hprof.gz", "html")).toBe("app-report.html");
  expect(reportName("java_pid7.HPROF", "md")).toBe("java_pid7-report.md");
  expect(reportName("heap", "json")).toBe("heap-report.json");
});

test("the end of the name survives a long name", () => {
  expect(reportName("x".repeat(300), "html").endsWith("-report.html")).toBe(true);
  expect(reportName("x".repeat(300), "html").length).toBeLessThan(120);
});
