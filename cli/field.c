/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * gdb knows types, and is told to look for the field: the instruction holds its offset; the
 * structure is that of a variable of the function, or one whose name stands in the source line,
 * which must name the field, too. More than one that fits: none is named.
 */
#include "field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "symbolize.h"

/* With pc and size before it. gdb brings Python with it. */
static const char script[] =
    "import re\n"
    "def strip(type):\n"
    "    type = type.strip_typedefs().unqualified()\n"
    "    while type.code in (gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_ARRAY):\n"
    "        type = type.target().strip_typedefs().unqualified()\n"
    "    return type\n"
    "def members(type, start, at, path):\n"
    "    for field in type.fields():\n"
    "        if not hasattr(field, 'bitpos') or field.bitsize:\n"
    "            continue\n"
    "        offset = start + field.bitpos // 8\n"
    "        inner = field.type.strip_typedefs()\n"
    "        name = path + [field.name] if field.name else path\n"
    "        if inner.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):\n"
    "            yield from members(inner, offset, at, name)\n"
    "        elif offset == at and inner.sizeof == size:\n"
    "            yield name\n"
    "def structures(words):\n"
    "    block = gdb.block_for_pc(pc)\n"
    "    while block is not None and not block.is_global and not block.is_static:\n"
    "        for symbol in block:\n"
    "            if symbol.type is not None:\n"
    "                yield symbol.type\n"
    "        block = block.superblock\n"
    "    for word in words:\n"
    "        try:\n"
    "            yield gdb.lookup_type(word)\n"
    "        except gdb.error:\n"
    "            pass\n"
    "def look():\n"
    "    text = gdb.execute('x/i %d' % pc, to_string=True)\n"
    "    operand = re.search(r'(-?)(?:0x([0-9a-f]+))?\\(%', text)\n"
    "    if operand is None or operand[1]:\n"
    "        return\n"
    "    at = int(operand[2] or '0', 16)\n"
    "    place = gdb.find_pc_line(pc)\n"
    "    if place.symtab is None:\n"
    "        return\n"
    "    lines = gdb.execute('list *%d,+0' % pc, to_string=True).splitlines()\n"
    "    lines = [line for line in lines if line.startswith('%d\\t' % place.line)]\n"
    "    words = re.findall(r'[A-Za-z_]\\w*', lines[0].split('/*')[0]) if lines else []\n"
    "    found = {}\n"
    "    for type in structures(words):\n"
    "        bare = strip(type)\n"
    "        if bare.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):\n"
    "            for path in members(bare, 0, at, []):\n"
    "                if path and path[-1] in words:\n"
    "                    name = str(type.unqualified()).rstrip(' *')\n"
    "                    name = bare.name or name\n"
    "                    found.setdefault('.'.join([name.replace('struct ', '')] + path), at)\n"
    "    if len(found) == 1:\n"
    "        for name in found:\n"
    "            print('FIELD %s, offset %d' % (name, at))\n"
    "look()\n";

struct question {
    const char *image, *command;
};

/* In the child. */
static void become_gdb(const void *context)
{
    const struct question *question = context;

    unsetenv("DEBUGINFOD_URLS");
    execlp("gdb", "gdb", "-nx", "-q", "-batch", "-ex", question->command, question->image,
        (char *)NULL);
}

bool field_at(const char *image, uint64_t offset, unsigned access_bytes, char *text, size_t size)
{
    static const char mark[] = "FIELD ";
    char output[4096], command[sizeof(script) + 128];
    uint64_t base;

    if (!symbol_base(image, &base))
        return false;
    snprintf(command, sizeof(command), "python pc = %llu\nsize = %u\n%s",
        (unsigned long long)(base + offset), access_bytes, script);
    capture_output(become_gdb, &(struct question){image, command}, output, sizeof(output));
    const char *found = strstr(output, mark);
    if (found == NULL)
        return false;
    found += sizeof(mark) - 1;
    snprintf(text, size, "%.*s", (int)strcspn(found, "\n"), found);
    return true;
}
