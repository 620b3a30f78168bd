/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Machines, Windows versions and tools a build is for and with, and the macros a DDK's window would
 * have. */
#include <stdlib.h>
#include <string.h>
#include <limits.h>
#include <unistd.h>

#include "ddk.h"
#include "exports/exports.h"

/* Names of folders are the DDK's as far as it went: Windows 7. */
const struct ddk_version ddk_versions[] = {
    {"win2000", "w2k", "Win2K", "Windows 2000", 0x0500, WINVER_WIN2000},
    {"xp", "wxp", "WinXP", "Windows XP", 0x0501, WINVER_XP},
    {"win2003", "wnet", "WinNET", "Windows Server 2003", 0x0502, WINVER_WS2003},
    {"vista", "wlh", "WinLH", "Windows Vista", 0x0600, WINVER_VISTA},
    {"win7", "win7", "Win7", "Windows 7", 0x0601, WINVER_WIN7},
    {"win8", "win8", "Win8", "Windows 8", 0x0602, WINVER_WIN8},
    {"win81", "win81", "Win81", "Windows 8.1", 0x0603, WINVER_WIN81},
    {"win10", "win10", "Win10", "Windows 10", 0x0A00, WINVER_WIN10_20H2},
};
const size_t ddk_version_count = sizeof(ddk_versions) / sizeof(ddk_versions[0]);

const struct ddk_machine ddk_machines[] = {
    {"x64", "amd64", "amd64", "%s-mingw-w64-x86-64", "x86_64-w64-mingw32", "x86_64-w64-windows-gnu",
        "pe-x86-64", true},
    {"x86", "x86", "i386", "%s-mingw-w64-i686", "i686-w64-mingw32", "i686-w64-windows-gnu",
        "pe-i386", false},
};

const struct ddk_version *ddk_find_version(unsigned number)
{
    for (size_t i = 0; i < ddk_version_count; i++) {
        if (ddk_versions[i].number == number)
            return &ddk_versions[i];
    }
    return NULL;
}

/* ---- Tools ----------------------------------------------------------------------------------- */

static const char *find_tool(const char *name)
{
    const char *path = getenv("PATH");
    struct ddk_list folders = ddk_split(path != NULL ? path : "/usr/bin:/bin", ":");

    for (size_t i = 0; i < folders.count; i++) {
        const char *tool = ddk_format("%s/%s", folders.item[i], name);
        if (access(tool, X_OK) == 0 && !ddk_is_folder(tool))
            return tool;
    }
    return NULL;
}

static const char *need_tool(const char *name, const char *package)
{
    const char *tool = find_tool(name);

    if (tool == NULL)
        fprintf(stderr, "dotsys build: there is no %s: install the package %s\n", name, package);
    return tool;
}

/* In libexec, unless this is a build. */
static const char *find_marks(void)
{
    char here[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", here, sizeof(here));
    const char *folder = length > 0
        ? ddk_format("%s/drivers", ddk_folder(ddk_copy(here, (size_t)length)))
        : DOTSYS_LIBEXEC;

    if (!ddk_exists(ddk_format("%s/unaligned.sh", folder)))
        folder = DOTSYS_LIBEXEC;
    return ddk_exists(ddk_format("%s/unaligned.sh", folder)) ? folder : NULL;
}

static bool find_folders(struct ddk_build *build)
{
    struct ddk_tools *tools = &build->tools;
    struct ddk_list ask = {0};

    ddk_add(&ask, tools->gcc);
    ddk_add(&ask, "-print-file-name=libntoskrnl.a");
    const char *answer = ddk_capture(&ask);
    if (answer != NULL && answer[0] == '/') {
        tools->lib = ddk_folder(ddk_absolute("/", ddk_copy(answer, strcspn(answer, "\n"))));
        tools->include = ddk_absolute(tools->lib, "../include");
        tools->ddk = ddk_absolute(tools->include, "ddk");
    }
    if (tools->ddk == NULL || !ddk_is_folder(tools->ddk)) {
        fprintf(stderr,
            "dotsys build: there are no headers and libraries for drivers: install the package "
            "%s\n",
            build->machine->wide ? "mingw-w64-x86-64-dev" : "mingw-w64-i686-dev");
        return false;
    }
    struct ddk_list ask_libgcc = {0};
    ddk_add(&ask_libgcc, tools->gcc);
    ddk_add(&ask_libgcc, "-print-libgcc-file-name");
    answer = ddk_capture(&ask_libgcc);
    tools->libgcc = answer != NULL ? ddk_copy(answer, strcspn(answer, "\n")) : "";
    return true;
}

bool ddk_find_tools(struct ddk_build *build)
{
    const struct ddk_machine *machine = build->machine;
    struct ddk_tools *tools = &build->tools;
    const char *gcc = machine->wide ? "gcc-mingw-w64-x86-64" : "gcc-mingw-w64-i686";
    const char *binutils = machine->wide ? "binutils-mingw-w64-x86-64" : "binutils-mingw-w64-i686";

    tools->gcc = need_tool(ddk_format("%s-gcc", machine->prefix), gcc);
    tools->ar = need_tool(ddk_format("%s-ar", machine->prefix), binutils);
    tools->windres = need_tool(ddk_format("%s-windres", machine->prefix), binutils);
    tools->dlltool = need_tool(ddk_format("%s-dlltool", machine->prefix), binutils);
    tools->gxx = find_tool(ddk_format("%s-g++", machine->prefix));
    tools->clang = find_tool("clang-19");
    tools->lld = find_tool("lld-link-19");
    tools->masm = find_tool("llvm-ml-19");
    tools->marks = find_marks();
    return tools->gcc != NULL && tools->ar != NULL && tools->windres != NULL &&
        tools->dlltool != NULL && find_folders(build);
}

/* ---- Macros ---------------------------------------------------------------------------------- */

static void set_paths(const struct ddk_build *build, struct ddk_macros *macros)
{
    static const char *const sdk[] = {
        "SDK_INC_PATH", "CRT_INC_PATH", "PUBLIC_SDK_INC_PATH", "SDK_PATH"};
    static const char *const ddk[] = {
        "DDK_INC_PATH", "WDM_INC_PATH", "IFSKIT_INC_PATH", "HALKIT_INC_PATH", "DRIVER_INC_PATH"};
    static const char *const lib[] = {"DDK_LIB_PATH", "SDK_LIB_PATH", "CRT_LIB_PATH",
        "IFSKIT_LIB_PATH", "WDM_LIB_PATH", "HALKIT_LIB_PATH", "DDK_LIB_DEST", "SDK_LIB_DEST"};

    for (size_t i = 0; i < sizeof(sdk) / sizeof(sdk[0]); i++)
        ddk_set(macros, sdk[i], build->tools.include);
    for (size_t i = 0; i < sizeof(ddk) / sizeof(ddk[0]); i++)
        ddk_set(macros, ddk[i], build->tools.ddk);
    for (size_t i = 0; i < sizeof(lib) / sizeof(lib[0]); i++)
        ddk_set(macros, lib[i], build->tools.lib);
    ddk_set(macros, "BASEDIR", ddk_folder(build->tools.include));
    ddk_set(macros, "NTMAKEENV", "$(BASEDIR)\\bin");
}

static void set_versions(const struct ddk_build *build, struct ddk_macros *macros)
{
    static const struct {
        const char *name;
        unsigned number;
    } names[] = {{"WIN2K", 0x0500}, {"WINXP", 0x0501}, {"WS03", 0x0502}, {"DOTNET", 0x0502},
        {"LONGHORN", 0x0600}, {"VISTA", 0x0600}, {"WIN7", 0x0601}, {"WIN8", 0x0602},
        {"WINBLUE", 0x0603}, {"WIN10", 0x0A00}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ddk_set(macros, ddk_format("_NT_TARGET_VERSION_%s", names[i].name),
            ddk_format("0x%X", names[i].number));
    ddk_set(macros, "_NT_TARGET_VERSION", ddk_format("0x%X", build->version->number));
    ddk_set(macros, "_WIN32_WINNT", ddk_format("0x%04X", build->version->number));
    ddk_set(macros, "DDK_TARGET_OS", build->version->os);
}

void ddk_environment(const struct ddk_build *build, struct ddk_macros *macros, const char *folder)
{
    const struct ddk_machine *machine = build->machine;

    set_paths(build, macros);
    set_versions(build, macros);
    ddk_set(macros, "DOTSYS_BUILD", "1"); /* for a sources file that has to tell this from a DDK */
    ddk_set(macros, "MAKEDIR", folder);
    ddk_set(macros, "DDKBUILDENV", build->checked ? "chk" : "fre");
    ddk_set(macros, "FREEBUILD", build->checked ? "0" : "1");
    ddk_set(macros, "BUILD_ALT_DIR", build->alt);
    ddk_set(macros, "_BUILDARCH", machine->wide ? "AMD64" : "x86");
    ddk_set(macros, "_BuildArch", "$(_BUILDARCH)");
    ddk_set(macros, machine->wide ? "AMD64" : "386", "1");
    ddk_set(macros, machine->wide ? "386" : "AMD64", "0");
    ddk_set(macros, "IA64", "0");
    ddk_set(macros, "TARGET_DIRECTORY", machine->folder);
    ddk_set(macros, "TARGET_CPU", machine->folder);
    ddk_set(macros, "_OBJ_DIR", "obj$(BUILD_ALT_DIR)");
    ddk_set(macros, "O", "$(_OBJ_DIR)\\$(TARGET_DIRECTORY)");
    if (build->checked)
        ddk_set(macros, "NTDEBUG", "ntsd");
}
