/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* cli/inf.c and inf_install.c: what INF files look like, what is refused with which words in which
 * line, what is installed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inf.h"

static struct inf *parse(const char *text)
{
    struct inf_error error;
    struct inf *inf = inf_parse(text, strlen(text), &error);

    if (inf == NULL)
        fail_msg("line %u: %s", error.line, error.text);
    return inf;
}

static void refuse(const char *text, size_t size, unsigned line, const char *words)
{
    struct inf_error error;
    struct inf *inf = inf_parse(text, size, &error);

    if (inf != NULL)
        fail_msg("not refused: %s", words);
    assert_int_equal(error.line, line);
    if (strstr(error.text, words) == NULL)
        fail_msg("refused with '%s' instead of '%s'", error.text, words);
}

static void lines_and_values(void **state)
{
    struct inf *inf = parse(
        "; a comment\r\n[One]\r\nKey = a, \"b, \"\"c\"\"\" ,, d ; more\r\nalone, \\\r\n  and so "
        "on\r\n"
        "[two]\nx=1\n[ONE]\nLast = %Text%%%\n[Strings]\nText = \"here; %10%\"\n");
    const struct inf_section *one = inf_section(inf, "oNe");

    (void)state;
    assert_int_equal(inf->count, 3);
    assert_int_equal(one->count, 3);
    assert_string_equal(one->lines[0].key, "Key");
    assert_int_equal(one->lines[0].line, 3);
    assert_int_equal(one->lines[0].count, 4);
    assert_string_equal(inf_value(&one->lines[0], 0), "a");
    assert_string_equal(inf_value(&one->lines[0], 1), "b, \"c\"");
    assert_string_equal(inf_value(&one->lines[0], 2), "");
    assert_string_equal(inf_value(&one->lines[0], 3), "d");
    assert_string_equal(inf_value(&one->lines[0], 4), "");
    assert_null(one->lines[1].key);
    assert_string_equal(inf_value(&one->lines[1], 1), "and so on");
    assert_string_equal(inf_value(inf_line(one, "last"), 0), "here; %10%%");
    assert_null(inf_section(inf, "three"));
    assert_null(inf_line(one, "none"));
    inf_free(inf);
}

static void encodings(void **state)
{
    static const char utf16[] = "\xFF\xFE[\0A\0]\0\r\0\n\0k\0=\0\xE4\0\n\0";
    static const char latin[] = "[A]\nk=\xE4\n", utf8[] = "\xEF\xBB\xBF[A]\nk=\xC3\xA4\n";
    const struct {
        const char *text;
        size_t size;
    } files[] = {{utf16, sizeof(utf16) - 1}, {latin, sizeof(latin) - 1}, {utf8, sizeof(utf8) - 1}};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct inf_error error;
        struct inf *inf = inf_parse(files[i].text, files[i].size, &error);
        assert_non_null(inf);
        assert_string_equal(inf_value(inf_line(inf_section(inf, "A"), "k"), 0), "\xC3\xA4");
        inf_free(inf);
    }
}

static void what_is_no_inf(void **state)
{
    char *large = malloc(20000);

    (void)state;
    refuse("", 0, 0, "no section");
    refuse("a = b\n", 6, 1, "before the first section");
    refuse("[a\n", 3, 1, "in brackets");
    refuse("[a] b\n", 6, 1, "in brackets");
    refuse("[a]\n\nb = \"c\n", 12, 3, "a quote is not closed");
    refuse("[a]\nb\0c\n", 8, 2, "a null");
    memset(large, 'x', 20000);
    memcpy(large, "[a]\n", 4);
    refuse(large, 20000, 2, "too long");
    free(large);
}

/* ---- installing ------------------------------------------------------------------------------ */

static char told[4096];

static bool note_copy(void *context, const char *name, const char *folder, const char *destination)
{
    (void)context;
    snprintf(told + strlen(told), sizeof(told) - strlen(told), "copy %s/%s to %s\n", folder, name,
        destination);
    return true;
}

static bool note_service(void *context, const char *service, const char *name, const char *folder)
{
    (void)context;
    snprintf(told + strlen(told), sizeof(told) - strlen(told), "service %s of %s/%s\n", service,
        folder, name);
    return true;
}

/* The registry text, or NULL; free it. */
static char *install(const char *text, const char *architecture, unsigned major, unsigned minor,
    struct inf_error *error)
{
    struct inf *inf = parse(text);
    char *registry = NULL;
    size_t size = 0;
    struct inf_target target = {.architecture = architecture, .major = major, .minor = minor,
        .registry = open_memstream(&registry, &size), .copy = note_copy, .service = note_service};

    told[0] = '\0';
    bool good = inf_install(inf, &target, error);
    fclose(target.registry);
    inf_free(inf);
    if (good)
        return registry;
    free(registry);
    return NULL;
}

#define HEAD                           \
    "[Version]\nSignature=\"$Windows " \
    "NT$\"\nClass=Test\nClassGuid={01234567-89ab-cdef-0123-456789abcdef}\n"
#define DRIVER                                                                            \
    "[I.NT]\nCopyFiles=Files\nAddReg=R\n[Files]\nthing.sys\n[R]\nHKR,,Number,0x10001,7\n" \
    "[I.NT.Services]\nAddService=thing,2,S\n"                                             \
    "[S]\nServiceType=1\nStartType=3\nErrorControl=1\nServiceBinary=%12%\\thing.sys\n"

static void has(const char *registry, const char *words)
{
    if (strstr(registry, words) == NULL)
        fail_msg("not in what is installed: %s\n%s", words, registry);
}

static void installs_a_driver(void **state)
{
    struct inf_error error;
    char *registry = install(HEAD
        "[Manufacturer]\nUs=M,NTamd64\n[M.NTamd64]\nA thing=I,ROOT\\Thing,PCI\\VEN_1234\n" DRIVER
        "[SourceDisksNames]\n1=disk,,,\\files\n[SourceDisksFiles.amd64]\nthing.sys=1,x64\n",
        "amd64", 10, 0, &error);

    (void)state;
    assert_non_null(registry);
    has(registry, "CurrentControlSet\\Services\\thing]");
    has(registry, "\"Type\"=dword:00000001");
    has(registry, "Enum\\ROOT\\Thing\\0000]");
    has(registry, "CriticalDeviceDatabase\\PCI#VEN_1234]");
    has(registry, "Class\\{01234567-89ab-cdef-0123-456789abcdef}\\0000]");
    has(registry, "\"Number\"=dword:00000007");
    assert_string_equal(told,
        "copy files/x64/thing.sys to C:\\Windows\\System32\\drivers\\thing.sys\n"
        "service thing of files/x64/thing.sys\n");
    free(registry);
}

/* The last of a text, up to the end of its line. */
static void last(const char *text, const char *begins, const char *expected)
{
    const char *found = NULL;

    for (const char *at = text; (at = strstr(at, begins)) != NULL; at++)
        found = at + strlen(begins);
    if (found == NULL || strncmp(found, expected, strlen(expected)) != 0 ||
        found[strlen(expected)] != '\n')
        fail_msg("%s is not last followed by %s in\n%s", begins, expected, text);
}

static void flags_and_deletions(void **state)
{
    struct inf_error error;
    char *registry = install(HEAD
        "[Manufacturer]\nUs=M\n[M]\nA thing=I,ROOT\\Thing,PCI\\VEN_1\n"
        "[H]\nHKR,,UpperFilters,0x10000,up\nHKR,,Speed,0x10001,9\nHKR,Sub,x,,y\n"
        "[I.NTamd64]\nDelReg=D\nAddReg=R,S\n[D]\nHKLM,Software\\Old\nHKLM,Software\\Kept,v\n"
        "[R]\nHKLM,Soft,list,0x10000,a,b\nHKLM,Soft,list,0x10008,B,c\nHKLM,Soft,once,,1\nHKLM,Soft,"
        "once,2,2\n"
        "HKLM,Soft,never,0x20,1\nHKLM,Soft,once2,,1\nHKLM,Soft,once2,0x20,2\nHKLM,Soft,gone,4\n"
        "[S]\nHKLM,Soft\\Key,,0x10\n[I.NTamd64.Services]\nAddService=thing,2,Serv\nDelService="
        "older\n"
        "[I.NTamd64.HW]\nAddReg=H\n[Serv]\nServiceType=1\nStartType=3\nErrorControl=1\n"
        "ServiceBinary=%12%\\thing.sys\nAddReg=P\nDelReg=Q\n[P]\nHKR,Parameters,Depth,0x10001,3\n"
        "[Q]\nHKR,Parameters,Width\n",
        "amd64", 10, 0, &error);

    (void)state;
    if (registry == NULL)
        fail_msg("line %u: %s", error.line, error.text);
    has(registry, "\n[-HKEY_LOCAL_MACHINE\\Software\\Old]");
    last(registry, "\"v\"=", "-");
    last(registry, "\"list\"=", "hex(7):61,00,00,00,62,00,00,00,63,00,00,00,00,00");
    last(registry, "\"once\"=", "hex(1):31,00,00,00");
    last(registry, "\"once2\"=", "hex(1):32,00,00,00");
    last(registry, "\"gone\"=", "-");
    assert_null(strstr(registry, "never"));
    has(registry, "[HKEY_LOCAL_MACHINE\\Soft\\Key]");
    has(registry, "[-HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\older]");
    has(registry, "Services\\thing\\Parameters]\n\"Depth\"=dword:00000003");
    has(registry, "Services\\thing\\Parameters]\n\"Width\"=-");
    has(registry, "Enum\\ROOT\\Thing\\0000]\n\"UpperFilters\"=");
    has(registry, "Enum\\ROOT\\Thing\\0000\\Device Parameters]\n\"Speed\"=dword:00000009");
    has(registry, "Enum\\ROOT\\Thing\\0000\\Device Parameters\\Sub]\n\"x\"=");
    has(registry, "CriticalDeviceDatabase\\PCI#VEN_1\\Device Parameters]\n\"Speed\"=");
    free(registry);
}

/* What fits an older Windows is taken when nothing newer does, and what is for another machine is
 * not. */
static void chooses_by_decoration(void **state)
{
    static const char text[] = HEAD
        "[Manufacturer]\nUs=M,NTamd64.6.1,NTamd64.10.0,NTx86\n"
        "[M.NTamd64.6.1]\nOld=I,ROOT\\Old\n[M.NTamd64.10.0]\nNew=I,ROOT\\New\n"
        "[M.NTx86]\nSmall=I,ROOT\\Small\n" DRIVER;
    const struct {
        const char *architecture;
        unsigned major, minor;
        const char *device;
    } cases[] = {{"amd64", 6, 1, "ROOT\\Old\\"}, {"amd64", 6, 3, "ROOT\\Old\\"},
        {"amd64", 10, 0, "ROOT\\New\\"}, {"x86", 10, 0, "ROOT\\Small\\"}};
    struct inf_error error;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char *registry = install(
            text, cases[i].architecture, cases[i].major, cases[i].minor, &error);
        assert_non_null(registry);
        has(registry, cases[i].device);
        free(registry);
    }
    assert_null(install(text, "amd64", 5, 1, &error));
    assert_non_null(strstr(error.text, "nothing in it for amd64 and Windows 5.1"));
}

static void wrong(const char *text, unsigned line, const char *words)
{
    struct inf_error error;
    char *registry = install(text, "amd64", 10, 0, &error);

    if (registry != NULL)
        fail_msg("not refused: %s", words);
    if (strstr(error.text, words) == NULL || error.line != line)
        fail_msg("refused in line %u with '%s' instead of '%s' in line %u", error.line, error.text,
            words, line);
}

#define MODEL "[Manufacturer]\nUs=M\n[M]\nA=I,ROOT\\A\n"

static void says_what_is_wrong(void **state)
{
    (void)state;
    wrong("[A]\nb=c\n", 0, "no section [Version]");
    wrong("[Version]\nSignature=no\n", 2, "Signature must be");
    wrong("[Version]\nSignature=\"$CHICAGO$\"\nClassGuid={1}\n", 3, "ClassGuid is no GUID");
    wrong(HEAD "[Manufacturer]\nUs=M\n[M]\nA=I\n", 8, "a model is");
    wrong(HEAD "[Manufacturer]\nUs=M\n[M]\nA=I,ROOT\\A B\n[I]\n", 8, "no identifier of hardware");
    wrong(HEAD MODEL, 8, "there is no section [I]");
    wrong(HEAD MODEL "[I]\nAddReg=R\n", 10, "there is no section [R]");
    wrong(HEAD MODEL "[I]\nAddReg=R\n[R]\nHKX,,a,,b\n", 12, "no root of keys");
    wrong(HEAD MODEL "[I]\nAddReg=R\n[R]\nHKR,,a,1,xyz\n", 12, "no byte");
    wrong(HEAD MODEL "[I]\nDelReg=R\n[R]\nHKR\n", 12, "root of keys");
    wrong(HEAD MODEL "[I]\nDelReg=R\n[R]\nHKLM\n", 12, "not deleted");
    wrong(HEAD MODEL "[I]\nAddReg=R\n[R]\nHKLM,a]b\n", 12, "no name of a key");
    wrong(HEAD MODEL "[I]\n[I.Services]\nDelService=a\\b\n", 11, "no service's name");
    wrong(HEAD MODEL "[I]\nCopyFiles=F\n[F]\n..\\up.sys\n", 12, "no name of a file");
    wrong(HEAD MODEL "[I]\nNeeds=I\n", 10, "without end");
    wrong(HEAD MODEL "[I]\n[I.Services]\nAddService=a,2,S\n", 11, "there is no section [S]");
    wrong(HEAD MODEL "[I]\n[I.Services]\nAddService=a,2,S\n[S]\nServiceType=x\n", 13,
        "ServiceType is no number");
    wrong(HEAD MODEL "[I]\n[I.Services]\nAddService=a\\b,2,S\n[S]\n", 11, "no service's name");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_values),
        cmocka_unit_test(encodings),
        cmocka_unit_test(what_is_no_inf),
        cmocka_unit_test(installs_a_driver),
        cmocka_unit_test(flags_and_deletions),
        cmocka_unit_test(chooses_by_decoration),
        cmocka_unit_test(says_what_is_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
