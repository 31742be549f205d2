"""Reads entries of a pool as MetalLB does, with Python's ipaddress as the reader of addresses.

Each line of the input file is an entry as a JSON string. Each line of the output file is
"refused", or family, first, last as numbers and the count of addresses.

MetalLB's rules (config.ParseCIDR, the same from 0.12.1 to 0.16.1):
* without a hyphen: address, slash, decimal prefix length; nothing is trimmed; zeros before the
  prefix length pass; host bits are cleared;
* with a hyphen: cut at the first one, both sides trimmed, both complete addresses, start <= end;
* no zones, no leading zeros; ::ffff:a.b.c.d is IPv4, and in a block its prefix length counts from
  128 bits.
One rule is ours: both ends of a range are of one family.
"""

import ipaddress
import json
import sys

# What Go's strings.TrimSpace takes for white space (str.strip knows four more).
BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)


def address(text):
    if "%" in text:
        raise ValueError("zone")
    return ipaddress.ip_address(text)


def unmapped(number):
    return number & 0xFFFFFFFF if number >> 32 == 0xFFFF else None


def block(text):
    head, slash, digits = text.partition("/")
    if not slash or not digits or not all(digit in "0123456789" for digit in digits):
        raise ValueError("form")
    start = address(head)
    length = int(digits)
    if length > start.max_prefixlen:
        raise ValueError("length")
    mask = (1 << (start.max_prefixlen - length)) - 1
    first = int(start) & ~mask
    last = first | mask
    if start.version == 6 and unmapped(first) is not None and unmapped(last) is not None:
        return 4, unmapped(first), unmapped(last)
    return start.version, first, last


def span(text):
    ends = []
    for half in text.split("-", 1):
        end = address(half.strip(BLANKS))
        number = int(end)
        if end.version == 6 and unmapped(number) is not None:
            ends.append((4, unmapped(number)))
        else:
            ends.append((end.version, number))
    (family, first), (other, last) = ends
    if family != other or first > last:
        raise ValueError("ends")
    return family, first, last


def main(source, target):
    with open(source, encoding="utf-8") as lines, open(target, "w", encoding="utf-8") as out:
        for line in lines:
            text = json.loads(line)
            try:
                family, first, last = span(text) if "-" in text else block(text)
                out.write(f"{family} {first} {last} {last - first + 1}\n")
            except ValueError:
                out.write("refused\n")


main(sys.argv[1], sys.argv[2])
