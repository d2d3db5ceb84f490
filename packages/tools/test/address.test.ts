import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPublicUrl } from "../src/index.ts";

describe("isPublicUrl", () => {
  it.each([
    "https://example.com/",
    "http://8.8.8.8/",
    "https://[2606:4700:4700::1111]/",
    "https://local.example.com",
    "https://localhost.example.com",
    "http://172.32.0.1",
    "http://11.0.0.1",
  ])("takes %s", (url) => {
    expect(isPublicUrl(url)).toBe(true);
  });

  it.each([
    ["loopback", "http://127.0.0.1/"],
    ["short", "http://127.1/"],
    ["decimal", "http://2130706433/"],
    ["hexadecimal", "http://0x7f000001/"],
    ["hexadecimal in parts", "http://0x7f.0.0.0x1/"],
    ["octal", "http://0177.0.0.1/"],
    ["wide digits", "http://１２７.０.０.１/"],
    ["percent", "http://%31%32%37.0.0.1/"],
    ["trailing dot", "http://127.0.0.1./"],
    ["zero", "http://0/"],
    ["IPv6 loopback", "http://[::1]/"],
    ["IPv6 long loopback", "http://[0:0:0:0:0:0:0:1]/"],
    ["IPv6 unspecified", "http://[::]/"],
    ["IPv6-mapped", "http://[::ffff:127.0.0.1]/"],
    ["IPv6-mapped in hexadecimal", "http://[::ffff:7f00:1]/"],
    ["IPv6-mapped private", "http://[::ffff:c0a8:101]/"],
    ["IPv4-compatible", "http://[::127.0.0.1]/"],
    ["NAT64", "http://[64:ff9b::7f00:1]/"],
    ["6to4", "http://[2002:7f00:1::]/"],
    ["unique local", "http://[fd00::1]/"],
    ["IPv6 link-local", "http://[fe80::1]/"],
    ["metadata service", "http://169.254.169.254/latest/meta-data"],
    ["private 10", "http://10.1.2.3/"],
    ["private 172", "http://172.16.0.1/"],
    ["private 192", "http://192.168.0.1/"],
    ["carrier", "http://100.64.0.1/"],
    ["broadcast", "http://255.255.255.255/"],
    ["localhost", "http://localhost:3000/"],
    ["localhost, upper case and dot", "http://LOCALHOST./"],
    ["under localhost", "http://api.localhost/"],
    ["mDNS", "http://printer.local/"],
    ["internal", "http://metadata.google.internal/"],
    ["home", "http://nas.home.arpa/"],
    ["single name", "http://intranet/"],
    ["user", "http://user@example.com/"],
    ["password", "http://:secret@example.com/"],
    ["file", "file:///etc/passwd"],
    ["script", "javascript:alert(1)"],
    ["data", "data:text/html,x"],
    ["no URL", "example.com"],
  ])("refuses %s: %s", (_, url) => {
    expect(isPublicUrl(url)).toBe(false);
  });

  it("judges every spelling of an IPv4 address alike", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, byte, byte, (a, b, c, d) => {
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const plain = isPublicUrl(`http://${a}.${b}.${c}.${d}/`);
        const octal = [a, b, c, d].map((part) => `0${part.toString(8)}`).join(".");
        for (const host of [`${number}`, `0x${number.toString(16)}`, octal, `${a}.${b}.${c * 256 + d}`]) {
          expect([host, isPublicUrl(`http://${host}/`)]).toEqual([host, plain]);
        }
        // A mapped address is never more public than what it maps to.
        expect(!plain && isPublicUrl(`http://[::ffff:${a}.${b}.${c}.${d}]/`)).toBe(false);
      }),
    );
  });
});
