/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * 'dotsys reg' in an embedded machine: its words and output, files of both kinds that come back as
 * they went, and damaged ones, which change nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "client.h"
#include "tool.h"

#include "dotsys/dotsys.h"

#include <hivex.h>

#define KEY   "HKEY_LOCAL_MACHINE\\Software\\RegTest"
#define OTHER "HKEY_LOCAL_MACHINE\\Software\\RegOther"

static dotsys_machine *machine;
static char folder[] = "/tmp/dotsys-reg-XXXXXX";
static char *out, *err; /* of the last call */
static bool answer, may_ask;
static char asked[256];

static bool confirm(struct tool *tool, const char *question)
{
    (void)tool;
    snprintf(asked, sizeof(asked), "%s", question);
    return answer;
}

/* Runs reg with these words; the last is NULL. */
static int reg(const char *first, ...)
{
    char *words[20] = {(char[]){"reg"}, (char *)(uintptr_t)first};
    size_t out_size, err_size;
    int count = 2;
    va_list more;
    va_start(more, first);
    while (count < 19 && (words[count] = va_arg(more, char *)) != NULL)
        count++;
    va_end(more);
    free(out);
    free(err);
    struct tool tool = {.out = open_memstream(&out, &out_size),
        .err = open_memstream(&err, &err_size),
        .folder = folder,
        .confirm = may_ask ? confirm : NULL};
    int status = tool_reg(&tool, count, words);
    fclose(tool.out);
    fclose(tool.err);
    return status;
}

static void expect(int status, int wanted, const char *text)
{
    if (status != wanted || strcmp(out, text) != 0)
        fail_msg("status %d, not %d; printed:\n%s%s", status, wanted, out, err);
}

static void fine(int status)
{
    expect(status, 0, "The operation completed successfully.\n");
}

/* The tree as text: query /s. Freed by the caller. */
static char *tree_of(const char *key)
{
    if (reg("query", key, "/s", "/z", "--json", NULL) != 0)
        return strdup("none");
    return strdup(out);
}

static void write_file(const char *name, const void *data, size_t bytes)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, bytes, file), bytes);
    fclose(file);
}

static char *read_file(const char *name, size_t *bytes)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *data = malloc(1 << 20);
    *bytes = fread(data, 1, 1 << 20, file);
    fclose(file);
    return data;
}

/* ---- Words ----------------------------------------------------------------------------------- */

static void values_of_every_type(void **state)
{
    (void)state;
    fine(reg("add", KEY, NULL));
    fine(reg("add", "HKLM\\Software\\RegTest", "/v", "text", "/d", "a b", "/f", NULL));
    fine(reg("add", KEY, "-ve", "-d", "default", "-f", NULL));
    fine(reg("add", KEY, "/v", "number", "/t", "reg_dword", "/d", "0x10", "/f", NULL));
    fine(
        reg("add", KEY, "/v", "long", "/t", "REG_QWORD", "/d", "18446744073709551615", "/f", NULL));
    fine(reg(
        "add", KEY, "/v", "list", "/t", "REG_MULTI_SZ", "/s", ",", "/d", "one,two", "/f", NULL));
    fine(reg("add", KEY, "/v", "bytes", "/t", "REG_BINARY", "/d", "00ffAb", "/f", NULL));
    fine(reg("add", KEY, "/v", "path", "/t", "REG_EXPAND_SZ", "/d", "%SystemRoot%", "/f", NULL));
    fine(reg("add", KEY, "/v", "none", "/t", "REG_NONE", "/f", NULL));
    fine(reg("add", KEY "\\Sub", NULL));
    expect(reg("query", "HKLM\\Software\\RegTest", NULL), 0,
        "\nHKEY_LOCAL_MACHINE\\Software\\RegTest\n"
        "    text    REG_SZ    a b\n"
        "    (Default)    REG_SZ    default\n"
        "    number    REG_DWORD    0x10\n"
        "    long    REG_QWORD    0xffffffffffffffff\n"
        "    list    REG_MULTI_SZ    one\\0two\n"
        "    bytes    REG_BINARY    00FFAB\n"
        "    path    REG_EXPAND_SZ    %SystemRoot%\n"
        "    none    REG_NONE    \n"
        "\n" KEY "\\Sub\n\n");
    expect(reg("query", KEY, "/v", "NUMBER", "/z", NULL), 0,
        "\n" KEY "\n    number    REG_DWORD (4)    0x10\n\n");
    expect(reg("query", KEY "\\Sub", "/ve", NULL), 0,
        "\n" KEY "\\Sub\n    (Default)    REG_SZ    (value not set)\n\n");
    expect(reg("query", KEY, "/v", "number", "--json", NULL), 0,
        "{\"key\":\"HKEY_LOCAL_MACHINE\\\\Software\\\\RegTest\",\"name\":\"number\",\"type\":\"REG_"
        "DWORD\",\"text\":\"0x10\","
        "\"data\":\"10000000\"}\n");
    expect(reg("query", KEY, "/s", "/f", "TWO", NULL), 0,
        "\n" KEY "\n    list    REG_MULTI_SZ    one\\0two\n\nEnd of search: 1 match(es) found.\n");
    expect(reg("query", KEY, "/f", "sub", "/k", "/e", NULL), 0,
        "\n" KEY "\\Sub\n\nEnd of search: 1 match(es) found.\n");
    expect(reg("query", KEY, "/f", "SUB", "/k", "/c", NULL), 1,
        "\nEnd of search: 0 match(es) found.\n");
    expect(reg("query", KEY, "/t", "REG_DWORD", NULL), 0,
        "\n" KEY "\n    number    REG_DWORD    0x10\n\n");
}

static void what_goes_wrong_is_said(void **state)
{
    (void)state;
    expect(reg("query", KEY, "/v", "nothing", NULL), 1, "");
    assert_non_null(strstr(err, "unable to find"));
    assert_int_equal(reg("query", "HKXX\\A", NULL), 2);
    assert_non_null(strstr(err, "HKLM"));
    assert_int_equal(reg("query", "\\\\elsewhere\\HKLM", NULL), 2);
    assert_int_equal(reg("qeury", KEY, NULL), 2);
    assert_int_equal(reg("query", NULL), 2);
    assert_int_equal(reg("query", KEY, "/x", NULL), 2);
    assert_int_equal(reg("query", KEY, "/k", NULL), 2);
    assert_int_equal(reg("add", KEY, "/v", NULL), 2);
    assert_int_equal(reg("add", KEY, "/v", "n", "/t", "REG_WORD", NULL), 2);
    assert_int_equal(reg("add", KEY, "/v", "n", "/t", "REG_DWORD", "/d", "x", "/f", NULL), 2);
    assert_int_equal(
        reg("add", KEY, "/v", "n", "/t", "REG_DWORD", "/d", "4294967296", "/f", NULL), 2);
    assert_int_equal(reg("add", KEY, "/v", "n", "/t", "REG_BINARY", "/d", "abc", "/f", NULL), 2);
    assert_int_equal(reg("add", "HKLM\\Nowhere", NULL), 1);
    assert_int_equal(reg("delete", "HKLM", "/f", NULL), 2);
    assert_int_equal(reg("delete", KEY "\\No", "/f", NULL), 1);
    assert_int_equal(reg("import", "none.reg", NULL), 1);
    assert_int_equal(reg("copy", KEY, KEY "\\Below", "/s", "/f", NULL), 2);
}

static void questions(void **state)
{
    (void)state;
    fine(reg("add", KEY, "/v", "asked", "/d", "1", NULL));
    may_ask = false;
    expect(reg("add", KEY, "/v", "asked", "/d", "2", NULL), 1, "");
    assert_non_null(strstr(err, "/f"));
    assert_int_equal(reg("delete", KEY, NULL), 1);
    may_ask = true;
    answer = false;
    expect(reg("add", KEY, "/v", "asked", "/d", "2", NULL), 0,
        "The operation was cancelled by the user.\n");
    assert_string_equal(asked, "Value asked exists, overwrite (Yes/No)?");
    answer = true;
    fine(reg("add", KEY, "/v", "asked", "/d", "2", NULL));
    fine(reg("delete", KEY, "/v", "asked", NULL));
    may_ask = false;
    assert_int_equal(reg("query", KEY, "/v", "asked", NULL), 1);
}

static void copying_and_deleting(void **state)
{
    (void)state;
    fine(reg("copy", KEY, OTHER, "/s", NULL));
    expect(reg("compare", KEY, OTHER, "/s", NULL), 0, "Result Compared: Identical\n");
    fine(reg("delete", OTHER, "/v", "text", "/f", NULL));
    expect(reg("compare", KEY, OTHER, NULL), 1,
        "< Value:  " KEY "  text  REG_SZ  a b\nResult Compared: Different\n");
    expect(reg("copy", KEY, OTHER, NULL), 1, "");
    fine(reg("copy", KEY, OTHER, "/f", NULL));
    fine(reg("delete", OTHER, "/va", "/f", NULL));
    expect(reg("query", OTHER, NULL), 0, "\n" OTHER "\\Sub\n\n");
    fine(reg("delete", OTHER, "/f", NULL));
    assert_int_equal(reg("query", OTHER, NULL), 1);
}

/* ---- .reg files ------------------------------------------------------------------------------ */

/*
 * Values only the calls can make: text without an end, odd lengths, types without a name, names
 * with everything in them.
 */
static void make_odd_values(void)
{
    HKEY key;
    assert_int_equal(
        RegOpenKeyExA(HKEY_LOCAL_MACHINE, "Software\\RegTest\\Sub", 0, KEY_ALL_ACCESS, &key), 0);
    BYTE bytes[300];
    for (unsigned i = 0; i < sizeof(bytes); i++)
        bytes[i] = (BYTE)i;
    for (DWORD type = 0; type < 14; type++) {
        char name[16];
        snprintf(name, sizeof(name), "type %u", type);
        WCHAR *wide = (WCHAR[]){u't', (WCHAR)('a' + type), 0};
        assert_int_equal(RegSetValueExW(key, wide, 0, type, bytes + 2, 7), 0);
        assert_int_equal(RegSetValueExA(key, name, 0, type, NULL, 0), 0);
    }
    assert_int_equal(RegSetValueExW(key, u"high", 0, 0x80000000, bytes, sizeof(bytes)), 0);
    assert_int_equal(RegSetValueExW(key, u"q\"b\\s=\u00e4\u20ac\U0001F600", 0, REG_SZ,
                         (const BYTE *)u"\"\\\u00e4\U0001F600;=", 16),
        0);
    assert_int_equal(RegSetValueExW(key, u"lines", 0, REG_SZ, (const BYTE *)u"a\r\nb\tc", 14), 0);
    assert_int_equal(RegSetValueExW(key, u"open", 0, REG_SZ, (const BYTE *)u"abc", 6), 0);
    assert_int_equal(RegSetValueExW(key, u"zero", 0, REG_SZ, (const BYTE *)u"a\0b", 8), 0);
    assert_int_equal(
        RegSetValueExW(key, u"lone", 0, REG_SZ, (const BYTE *)(const WCHAR[]){0xD800, 'x', 0}, 6),
        0);
    RegCloseKey(key);
}

static void files_come_back(void **state)
{
    size_t bytes;
    (void)state;
    make_odd_values();
    char *before = tree_of(KEY);
    fine(reg("export", KEY, "utf16.reg", NULL));
    char *data = read_file("utf16.reg", &bytes);
    assert_memory_equal(data, "\xff\xfeW\0i\0n\0", 8);
    free(data);
    assert_int_equal(reg("export", KEY, "utf16.reg", NULL), 1); /* it is there */
    fine(reg("export", KEY, "utf16.reg", "/y", NULL));
    fine(reg("delete", KEY, "/f", NULL));
    fine(reg("import", "utf16.reg", NULL));
    char *after = tree_of(KEY);
    assert_string_equal(after, before);
    free(after);
    free(before);
    /* Text of odd lengths and lone surrogates have no form in UTF-8. */
    assert_int_equal(RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, u"Software\\RegTest\\Sub", u"lone"), 0);
    assert_int_equal(RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, u"Software\\RegTest\\Sub", u"tb"), 0);
    assert_int_equal(RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, u"Software\\RegTest\\Sub", u"tc"), 0);
    assert_int_equal(RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, u"Software\\RegTest\\Sub", u"th"), 0);
    before = tree_of(KEY);
    fine(reg("export", KEY, "old.reg", "/reg4", NULL));
    data = read_file("old.reg", &bytes);
    assert_memory_equal(data, "REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\Software\\RegTest]\r\n", 50);
    free(data);
    fine(reg("delete", KEY, "/f", NULL));
    fine(reg("import", "old.reg", NULL));
    after = tree_of(KEY);
    assert_string_equal(after, before);
    free(after);
    free(before);
}

static void forms_of_text(void **state)
{
    static const char text[] =
        "\xEF\xBB\xBFWindows Registry Editor Version 5.00  \n"
        "; a comment\r"
        "\r\n"
        "  [HKLM\\Software\\RegOther]  ; another\n"
        "@=\"d\"\n"
        " \"a\" = DWORD:ff ; third\n"
        "\"gone\"=dword:1\n"
        "\"gone\"=-\n"
        "\"hex\"=hex(b):1,02,\\  \r\n"
        "   3,04,05,06,07,8\n"
        "\"empty\"=hex:\n"
        "[HKEY_LOCAL_MACHINE\\Software\\RegOther\\a]b]\n"
        "\"x\"=\"1\n2\"\n"
        "[HKLM\\Software\\RegOther\\del\\below]\n"
        "[-HKLM\\Software\\RegOther\\del]\n"
        "[-HKLM\\Software\\RegOther\\was never there]";
    static const char ansi[] = "REGEDIT4\n[HKLM\\Software\\RegOther\\a]b]\n\"\xe4\"="
                               "\"\x80\"\n\"m\"=hex(7):e4,00,00\n\"s\"=hex(2):41\n";
    (void)state;
    write_file("forms.reg", text, sizeof(text) - 1);
    fine(reg("import", "forms.reg", NULL));
    expect(reg("query", OTHER, NULL), 0,
        "\n" OTHER "\n    (Default)    REG_SZ    d\n    a    REG_DWORD    0xff\n    hex    "
                   "REG_QWORD    0x807060504030201\n"
        "    empty    REG_BINARY    \n\n" OTHER "\\a]b\n\n");
    expect(reg("query", OTHER "\\a]b", NULL), 0, "\n" OTHER "\\a]b\n    x    REG_SZ    1\n2\n\n");
    write_file("ansi.reg", ansi, sizeof(ansi) - 1);
    fine(reg("import", "ansi.reg", NULL));
    expect(reg("query", OTHER "\\a]b", "--json", NULL), 0,
        "{\"key\":\"HKEY_LOCAL_MACHINE\\\\Software\\\\RegOther\\\\a]b\",\"name\":\"x\",\"type\":"
        "\"REG_SZ\",\"text\":\"1\\n2\",\"data\":"
        "\"31000a0032000000\"}\n"
        "{\"key\":\"HKEY_LOCAL_MACHINE\\\\Software\\\\RegOther\\\\a]b\",\"name\":\"\u00e4\","
        "\"type\":\"REG_SZ\",\"text\":\"\u20ac\",\"data\":"
        "\"ac200000\"}\n"
        "{\"key\":\"HKEY_LOCAL_MACHINE\\\\Software\\\\RegOther\\\\a]b\",\"name\":\"m\",\"type\":"
        "\"REG_MULTI_SZ\",\"text\":\"\u00e4\",\"data\":"
        "\"e40000000000\"}\n"
        "{\"key\":\"HKEY_LOCAL_MACHINE\\\\Software\\\\RegOther\\\\a]b\",\"name\":\"s\",\"type\":"
        "\"REG_EXPAND_SZ\",\"text\":\"A\",\"data\":"
        "\"4100\"}\n");
    fine(reg("delete", OTHER, "/f", NULL));
}

static void a_bad_line_is_named(void **state)
{
    static const struct {
        const char *text, *line;
    } bad[] = {
        {"", "line 1:"},
        {"REGEDIT5\n", "line 1:"},
        {"REGEDIT4 x\n", "line 1:"},
        {"REGEDIT4\n\"a\"=dword:1\n", "line 2:"},
        {"REGEDIT4\n[HKLM\\Software\\RegOther]\n\"a\"=dword:g\n", "line 3:"},
        {"REGEDIT4\n[HKLM\\Software\\RegOther]\n\"a\"=dword:123456789\n", "line 3:"},
        {"REGEDIT4\n[HKLM\\Software\\RegOther]\n\"a\"=hex:1,\\\n 2,\\\n xx\n", "line 5:"},
        {"REGEDIT4\n[HKLM\\Software\\RegOther]\n\"a\"=hex:100\n", "line 3:"},
        {"REGEDIT4\n[HKLM\\Software\\RegOther]\n\"a\"=hex:1,\\", "line 3:"},
        {"REGEDIT4\n[HKLM\\Software\\RegOther]\n\"a\"=\"b\n\n", "line 3:"},
        {"REGEDIT4\n[HKLM\\Software\\RegOther]\n\"a\"=\"b\" c\n", "line 3:"},
        {"REGEDIT4\n[HKLM\\Software\\RegOther]\n\"a\" \"b\"\n", "line 3:"},
        {"REGEDIT4\n[HKLM\\Software\\RegOther]\n\n[HKLM\\Software\\RegOther\n", "line 4:"},
        {"REGEDIT4\n[HKLM\\Software\\RegOther]\n[NOWHERE\\x]\n", "line 3:"},
        {"REGEDIT4\n[HKLM\\Software\\RegOther]\n[-HKLM]\n", "line 3:"},
        {"REGEDIT4\n[HKLM\\Software\\RegOther]\n[]\n", "line 3:"},
        {"REGEDIT4\n[HKLM\\Software\\RegOther]\nrubbish\n", "line 3:"},
        {"REGEDIT4\n[-HKLM\\Software\\RegOther]\n\"a\"=dword:1\n", "line 3:"},
    };
    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(bad); i++) {
        write_file("bad.reg", bad[i].text, strlen(bad[i].text));
        expect(reg("import", "bad.reg", NULL), 1, "");
        if (strstr(err, bad[i].line) == NULL || strstr(err, "Nothing has been changed") == NULL)
            fail_msg("%s: %s", bad[i].text, err);
        assert_int_equal(reg("query", OTHER, NULL), 1);
    }
}

/* Wherever a file ends, it is imported as far as it goes or not at all. */
static void truncated_files(void **state)
{
    static const char *const names[] = {"utf16.reg", "old.reg"};
    (void)state;
    for (size_t which = 0; which < 2; which++) {
        size_t bytes;
        unsigned refused = 0;
        char *data = read_file(names[which], &bytes);
        for (size_t length = 0; length < bytes; length += length < 400 ? 1 : 37) {
            write_file("short.reg", data, length);
            fine(reg("delete", KEY, "/f", NULL));
            int status = reg("import", "short.reg", NULL);
            if (status != 0) {
                refused++;
                assert_int_equal(status, 1);
                assert_non_null(strstr(err, "Nothing has been changed"));
                assert_int_equal(reg("query", KEY, NULL), 1);
            }
            fine(reg("import", names[which], NULL));
        }
        assert_true(refused > 100);
        free(data);
    }
}

/* ---- Hives ----------------------------------------------------------------------------------- */

static void put32(unsigned char *at, uint32_t number)
{
    memcpy(at, &number, sizeof(number));
}

/* The least hivex adds keys to: a header, a block with a root key and its descriptor, and what is
 * free. */
static void make_empty_hive(unsigned char *hive)
{
    unsigned char *root = hive + 0x1020, *security = hive + 0x1078;
    uint32_t sum = 0;
    memset(hive, 0, 0x2000);
    memcpy(hive, "regf", 4);
    put32(hive + 4, 1);
    put32(hive + 8, 1);
    put32(hive + 20, 1);
    put32(hive + 24, 3);
    put32(hive + 32, 1);
    put32(hive + 36, 0x20);
    put32(hive + 40, 0x1000);
    put32(hive + 44, 1);
    for (size_t at = 0; at < 0x1FC; at += 4) {
        uint32_t word;
        memcpy(&word, hive + at, 4);
        sum ^= word;
    }
    put32(hive + 0x1FC, sum);
    memcpy(hive + 0x1000, "hbin", 4);
    put32(hive + 0x1008, 0x1000);
    put32(root, (uint32_t)-0x58);
    memcpy(root + 4, "nk\x2c\0", 4);
    for (size_t at = 0x20; at <= 0x24; at += 4)
        put32(root + at, 0xFFFFFFFF); /* lists of keys */
    put32(root + 0x2C, 0xFFFFFFFF);   /* values */
    put32(root + 0x30, 0x78);         /* descriptor */
    put32(root + 0x34, 0xFFFFFFFF);   /* class */
    root[0x4C] = 4;
    memcpy(root + 0x50, "root", 4);
    put32(security, (uint32_t)-0x30);
    memcpy(security + 4, "sk", 2);
    put32(security + 8, 0x78);
    put32(security + 12, 0x78);
    put32(security + 16, 1);
    put32(security + 20, 20);
    security[24] = 1;
    security[27] = 0x80;
    put32(hive + 0x10A8, 0x1000 - 0xA8);
}

static void make_hive(const char *name)
{
    static unsigned char empty[0x2000];
    char path[128];
    make_empty_hive(empty);
    write_file(name, empty, sizeof(empty));
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    hive_h *hive = hivex_open(path, HIVEX_OPEN_WRITE);
    assert_non_null(hive);
    hive_set_value values[] = {
        {(char[]){""}, 1, 8, (char[]){"d\0e\0f\0\0"}},
        {(char[]){"number"}, 4, 4, (char[]){"\1\2\3\4"}},
        {(char[]){"big"}, 3, 5000, calloc(1, 5000)},
    };
    hive_node_h below = hivex_node_add_child(hive, hivex_root(hive), "Below");
    assert_true(below != 0);
    assert_int_equal(hivex_node_set_values(hive, hivex_root(hive), 2, values, 0), 0);
    assert_int_equal(hivex_node_set_values(hive, below, 3, values, 0), 0);
    for (unsigned i = 0; i < 50; i++) {
        char child[16];
        snprintf(child, sizeof(child), "Key%02u", i);
        assert_true(hivex_node_add_child(hive, below, child) != 0);
    }
    assert_int_equal(hivex_commit(hive, NULL, 0), 0);
    hivex_close(hive);
    free(values[2].value);
}

static void hives_are_imported(void **state)
{
    (void)state;
    make_hive("test.hive");
    assert_int_equal(reg("import", "test.hive", NULL), 2);
    assert_non_null(strstr(err, "hive"));
    fine(reg("import", "test.hive", OTHER, NULL));
    expect(reg("query", OTHER, NULL), 0,
        "\n" OTHER
        "\n    (Default)    REG_SZ    def\n    number    REG_DWORD    0x4030201\n\n" OTHER
        "\\Below\n\n");
    assert_int_equal(reg("query", OTHER "\\Below\\Key49", NULL), 0);
    assert_int_equal(reg("load", OTHER, "test.hive", NULL), 1); /* it is there already */
    fine(reg("add", OTHER "\\Extra", NULL));
    fine(reg("restore", OTHER, "test.hive", NULL));
    assert_int_equal(reg("query", OTHER "\\Extra", NULL), 1);
    fine(reg("delete", OTHER, "/f", NULL));
    fine(reg("load", OTHER, "test.hive", NULL));
    fine(reg("delete", OTHER, "/f", NULL));
    assert_int_equal(reg("restore", OTHER, "old.reg", NULL), 1); /* no hive */
    assert_int_equal(reg("import", "old.reg", OTHER, NULL), 2);
}

static void damaged_hives(void **state)
{
    size_t bytes, refused = 0;
    (void)state;
    char *data = read_file("test.hive", &bytes), *before = tree_of(KEY);
    for (size_t length = 4; length < bytes; length += 251) {
        write_file("short.hive", data, length);
        assert_int_equal(reg("restore", KEY, "short.hive", NULL), 1);
        assert_non_null(strstr(err, "Nothing has been changed"));
    }
    uint32_t random = 12345;
    for (unsigned round = 0; round < 400; round++) {
        random = random * 1664525u + 1013904223u;
        size_t at = 0x1000 + (random >> 8) % 0x800;
        char kept = data[at];
        data[at] = (char)(random >> 3);
        write_file("bad.hive", data, bytes);
        data[at] = kept;
        int status = reg("import", "bad.hive", OTHER, NULL);
        if (status == 0) {
            fine(reg("delete", OTHER, "/f", NULL));
            continue;
        }
        refused++;
        assert_int_equal(reg("query", OTHER, NULL), 1);
    }
    assert_true(refused > 10);
    char *after = tree_of(KEY);
    assert_string_equal(after, before);
    free(after);
    free(before);
    free(data);
}

/* ---- Frame ----------------------------------------------------------------------------------- */

static void no_log(void *context, const dotsys_log_line *line)
{
    (void)context, (void)line;
}

static int setup(void **state)
{
    const dotsys_options options = {.size = sizeof(options), .log = no_log};
    (void)state;
    return mkdtemp(folder) == NULL || dotsys_machine_open(&options, &machine) != DOTSYS_OK;
}

static int teardown(void **state)
{
    static const char *const names[] = {"utf16.reg", "old.reg", "forms.reg", "ansi.reg", "bad.reg",
        "short.reg", "test.hive", "short.hive", "bad.hive"};
    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(names); i++) {
        char path[128];
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        unlink(path);
    }
    free(out);
    free(err);
    return (int)dotsys_machine_close(machine) | rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_every_type),
        cmocka_unit_test(what_goes_wrong_is_said),
        cmocka_unit_test(questions),
        cmocka_unit_test(copying_and_deleting),
        cmocka_unit_test(files_come_back),
        cmocka_unit_test(forms_of_text),
        cmocka_unit_test(a_bad_line_is_named),
        cmocka_unit_test(truncated_files),
        cmocka_unit_test(hives_are_imported),
        cmocka_unit_test(damaged_hives),
    };
    return cmocka_run_group_tests_name("cli/reg", tests, setup, teardown);
}
