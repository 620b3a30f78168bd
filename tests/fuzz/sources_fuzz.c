/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes the files of a classic build: dirs, sources, and what they include. Whatever they say, it
 * is refused with words, or becomes projects whose macros can be read.
 *
 * An input is up to four files, with a null between them: sources, a file it may include, dirs of
 * the folder above, and a source.
 */
#include "cli/ddk.h"
#include "tests/fuzz/folder.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 4096;

static const char *const names[] = {"p/sources", "p/more.inc", "dirs", "p/a.c"};

static void write_files(const uint8_t *data, size_t size)
{
    folder_clear();
    if (mkdir(folder_path("p"), 0700) != 0)
        exit(1);
    folder_write("dirs", "DIRS=p\n", 7);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && size > 0; i++) {
        const uint8_t *end = memchr(data, 0, size);
        const size_t length = end != NULL ? (size_t)(end - data) : size;
        if (length > 0)
            folder_write(names[i], data, length);
        size -= length + (end != NULL);
        data += length + (end != NULL);
    }
}

static void read_project(struct ddk_build *build, struct ddk_project *project)
{
    static const char *const macros[] = {
        "USER_C_FLAGS", "MSC_WARNING_LEVEL", "C_DEFINES", "386_WARNING_LEVEL"};
    struct ddk_list flags = {0};

    for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++)
        ddk_cl_flags(build, project, macros[i], &flags);
    ddk_warning_flags(project, false, &flags);
    ddk_warning_flags(project, true, &flags);
    for (struct ddk_macro *macro = project->macros.first; macro != NULL; macro = macro->next) {
        const char *value = ddk_value(&project->macros, macro->name);
        look(value, strlen(value));
    }
}

static void load(unsigned machine)
{
    struct ddk_build build = {.top = folder,
        .jobs = 1,
        .machine = &ddk_machines[machine],
        .version = &ddk_versions[0],
        .alt = "chk_wxp_x86",
        .checked = machine != 0,
        .tools = {.include = "/nowhere/include", .ddk = "/nowhere/ddk", .lib = "/nowhere/lib"}};
    jmp_buf out_of_memory;

    if (setjmp(out_of_memory) != 0)
        exit(1);
    ddk_memory_begin(&out_of_memory);
    build.end = &build.projects;
    build.log.here = folder;
    if (!ddk_load(&build, folder) && build.log.errors == 0)
        abort();
    for (struct ddk_project *project = build.projects; project != NULL; project = project->next)
        read_project(&build, project);
    ddk_memory_end();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    FILE *const output = stdout, *const complaints = stderr;

    if (nowhere == NULL) {
        folder_make();
        nowhere = fopen("/dev/null", "w");
    }
    write_files(data, size);
    if (nowhere == NULL)
        exit(1);
    stdout = stderr = nowhere;
    load(0);
    load(1);
    stdout = output;
    stderr = complaints;
    return 0;
}

static const char *const seeds[] = {
    "TARGETNAME=a\nTARGETPATH=obj\nTARGETTYPE=DRIVER\nC_DEFINES=$(C_DEFINES) -DX=1 /D \"Y=a "
    "b\"\nUSER_C_FLAGS=/W4 /GX- -Od\n"
    "INCLUDES=.;..\\inc;$(DDK_INC_PATH)\nTARGETLIBS=$(DDK_LIB_PATH)\\wdmsec.lib \\\n  "
    "b.lib\nSOURCES=a.c\n",
    "!IF \"$(DDK_TARGET_OS)\" == \"WinXP\" && ($(_NT_TARGET_VERSION) >= 0x501 || "
    "!DEFINED(Q))\nMSC_WARNING_LEVEL=-W3 -WX\n!ELSEIF 1 << 2 == 4\n"
    "!UNDEF A\n!ELSE\n!ERROR no\n!ENDIF\n!IFNDEF B\nB = $(A:x=y) # more\n!ENDIF\n!INCLUDE "
    "more.inc\nTARGETNAME=$(B)\nTARGETTYPE=DRIVER_LIBRARY\n"
    "SOURCES=a.c i386\\b.asm\n\0A=$(B)$(B)\nB=1\n!MESSAGE $(A)\n!IF EXIST(a.c)\n!ENDIF\n\0DIRS=p "
    "\\\n q\nOPTIONAL_DIRS=r\n\0#include <ntddk.h>\n",
};

const unsigned fuzz_seeds = 2;

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    static const uint8_t files[] = {1, 4};
    size_t size = 0;

    for (unsigned i = 0; i < files[which]; i++)
        size += strlen(seeds[which] + size) + 1;
    memcpy(data, seeds[which], size);
    return size;
}
