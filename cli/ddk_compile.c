/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The commands that compile a project's sources. gcc compiles C, and C++ if it can; clang what has
 * structured exceptions, which gcc does not know, and drivers for x86; windres resources, llvm-ml
 * Microsoft's assembler language.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "ddk.h"

enum language {
    C,
    CXX,
    ASSEMBLER,
    MASM,
    RESOURCE,
    LEFT_OUT,
    UNKNOWN
};

static const struct {
    const char *extension;
    enum language language;
} languages[] = {
    {".c", C},
    {".cpp", CXX},
    {".cxx", CXX},
    {".cc", CXX},
    {".s", ASSEMBLER},
    {".asm", MASM},
    {".rc", RESOURCE},
    {".mc", LEFT_OUT},
    {".mof", LEFT_OUT},
    {".idl", LEFT_OUT},
    {".inx", LEFT_OUT},
    {".inf", LEFT_OUT},
    {".def", LEFT_OUT},
    {".h", LEFT_OUT},
};

static enum language language_of(const char *path)
{
    for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
        if (ddk_ends(path, languages[i].extension))
            return languages[i].language;
    }
    return UNKNOWN;
}

/* Keeps mingw-w64's headers from declaring what wdm.h then defines otherwise: an error in C++, and
   with clang's -fms-extensions each object would export them. */
static const char *const own_intrinsics[] = {"-D__INTRINSIC_DEFINED_InterlockedBitTestAndSet",
    "-D__INTRINSIC_DEFINED_InterlockedBitTestAndReset", NULL};

static void add(struct ddk_list *list, const char *const *items)
{
    for (; *items != NULL; items++)
        ddk_add(list, *items);
}

/* ---- Flags ----------------------------------------------------------------------------------- */

/* A header for every unit of a driver. Windows always loads a driver elsewhere than its image says,
   and may refuse one without relocations; small x64 drivers have none of their own. */
static const char *forced_header(struct ddk_build *build, struct ddk_project *project)
{
    static const char text[] =
        "/* Included ahead of every source: an image without relocations may be refused, and this "
        "pointer needs one. "
        "*/\n"
        "__attribute__((used)) static const void *const DotsysRelocatable = &DotsysRelocatable;\n"
        "#if defined(__i386__) && !defined(__cplusplus)\n"
        "/* mingw-w64 leaves open what these are, and a driver's functions are stdcall unless they "
        "say otherwise. */\n"
        "char *__attribute__((cdecl)) strncpy(char *, const char *, __SIZE_TYPE__);\n"
        "__WCHAR_TYPE__ *__attribute__((cdecl)) wcsncat(__WCHAR_TYPE__ *, const __WCHAR_TYPE__ *, "
        "__SIZE_TYPE__);\n"
        "__WCHAR_TYPE__ *__attribute__((cdecl)) wcsncpy(__WCHAR_TYPE__ *, const __WCHAR_TYPE__ *, "
        "__SIZE_TYPE__);\n"
        "#endif\n";
    const char *path = ddk_format("%s/relocatable.h", project->objects);

    if (!ddk_write(path, text, sizeof(text) - 1))
        ddk_error(build, path, 0, "%s", strerror(errno));
    return path;
}

static void add_defines(
    struct ddk_build *build, struct ddk_project *project, struct ddk_list *flags)
{
    ddk_add(flags, ddk_format("-D_WIN32_WINNT=0x%04X", project->version));
    ddk_add(flags, ddk_format("-DWINVER=0x%04X", project->version));
    ddk_add(flags, ddk_format("-DNTDDI_VERSION=0x%04X0000", project->version));
    ddk_add(flags, build->checked ? "-DDBG=1" : "-DNDEBUG=1");
    ddk_add(flags, "-DDEVL=1");
    ddk_add(flags, build->machine->wide ? "-D_AMD64_=1" : "-D_X86_=1");
    if (build->machine->wide)
        ddk_add(flags, "-DAMD64=1");
    if (ddk_kernel(project)) {
        ddk_add(flags, "-DPOOL_TAGGING=1");
        /* mingw-w64's wdm.h uses it without defining it. */
        ddk_add(flags, "-DNTDDI_WINVISTA=NTDDI_VISTA");
    } else if (ddk_wide_entry(project)) {
        ddk_add(flags, "-D_UNICODE=1");
        ddk_add(flags, "-DUNICODE=1");
    }
}

static void add_includes(
    struct ddk_build *build, struct ddk_project *project, struct ddk_list *flags)
{
    const struct ddk_list *includes = &project->includes;
    const struct ddk_tools *tools = &build->tools;
    bool ddk = ddk_kernel(project);

    ddk_add(flags, ddk_format("-I%s", project->folder));
    if (project->laid.count > 0)
        ddk_add(flags, ddk_format("-I%s", project->names));
    for (size_t i = 0; i < includes->count; i++) {
        ddk |= strcmp(includes->item[i], tools->ddk) == 0;
        if (strncmp(includes->item[i], tools->include, strlen(tools->include)) != 0)
            ddk_add(flags, ddk_format("-I%s", includes->item[i]));
    }
    if (ddk_kernel(project) && tools->marks != NULL) {
        ddk_add(flags, "-isystem"); /* for its ntstrsafe.h */
        ddk_add(flags, tools->marks);
    }
    if (ddk) {
        ddk_add(flags, ddk_kernel(project) ? "-isystem" : "-idirafter");
        ddk_add(flags, tools->ddk);
    }
}

/* Accesses through UNALIGNED pass on machines that check alignment. C++ has no use for volatile
 * structures. */
static bool marks_unaligned(const struct ddk_build *build, struct ddk_project *project, bool cxx)
{
    return ddk_kernel(project) && !cxx && build->tools.marks != NULL;
}

/* For gcc and clang alike. */
static struct ddk_list compiler_flags(
    struct ddk_build *build, struct ddk_project *project, bool cxx)
{
    static const char *const always[] = {"-fdiagnostics-color=never", "-fms-extensions",
        "-fno-strict-aliasing", "-fwrapv", "-fcommon", NULL};
    static const char *const kernel[] = {"-ffreestanding", "-fno-stack-protector", NULL};
    static const char *const kernel_cxx[] = {
        "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", NULL};
    struct ddk_list flags = {0};

    ddk_add(&flags, cxx ? "-std=gnu++17" : "-std=gnu17");
    add(&flags, always);
    if (ddk_kernel(project)) {
        add(&flags, kernel);
        if (cxx)
            add(&flags, kernel_cxx);
    }
    ddk_add(&flags, ddk_format("-fmacro-prefix-map=%s/=", build->top));
    ddk_warning_flags(project, cxx, &flags);
    if (!cxx)
        ddk_add(&flags, "-Werror=implicit-function-declaration");
    ddk_add(&flags, build->checked ? "-O0" : "-O2");
    if (build->checked)
        ddk_add(&flags, "-gdwarf-4");
    add_defines(build, project, &flags);
    ddk_cl_flags(build, project, "MSC_OPTIMIZATION", &flags);
    ddk_cl_flags(
        build, project, build->machine->wide ? "AMD64_OPTIMIZATION" : "386_OPTIMIZATION", &flags);
    ddk_cl_flags(build, project, "MSC_WARNING_LEVEL", &flags);
    ddk_cl_flags(build, project, "C_DEFINES", &flags);
    ddk_cl_flags(build, project, "USER_C_FLAGS", &flags);
    add_includes(build, project, &flags);
    if (ddk_kernel(project)) {
        ddk_add(&flags, "-include");
        ddk_add(&flags, forced_header(build, project));
    }
    if (marks_unaligned(build, project, cxx)) {
        ddk_add(&flags, "-include");
        ddk_add(&flags, ddk_format("%s/unaligned.h", build->tools.marks));
    }
    return flags;
}

/* ---- Commands -------------------------------------------------------------------------------- */

/* Whether a source still has __try when its conditions are decided: gcc says what is left. */
static bool uses_exceptions(
    struct ddk_build *build, const char *source, const struct ddk_list *flags)
{
    static const char *const words[] = {"__try", "_try"};
    struct ddk_list command = {0};
    const char *text;

    ddk_add(&command, build->tools.gcc);
    ddk_add_all(&command, flags);
    ddk_add(&command, "-w");
    ddk_add(&command, "-E");
    ddk_add(&command, "-P");
    ddk_add(&command, source);
    text = ddk_capture(&command);
    for (size_t i = 0; text != NULL && i < 2; i++) {
        for (const char *at = strstr(text, words[i]); at != NULL; at = strstr(at + 1, words[i])) {
            if (strchr(" \t\n{};)", at[strlen(words[i])]) != NULL &&
                (at == text || strchr(" \t\n{};)", at[-1]) != NULL))
                return true;
        }
    }
    return false;
}

static void add_clang(struct ddk_build *build, struct ddk_job *job, const struct ddk_list *flags,
    bool exceptions, bool marked)
{
    struct ddk_list *command = &job->command;
    static const char *const seh[] = {"-Xclang", "-fasync-exceptions", NULL};
    static const char *const headers[] = {"-fno-file-reproducible", "-Wno-sign-compare",
        "-Wno-#warnings", "-Wno-unused-function", "-Wno-ignored-pragma-intrinsic",
        "-Wno-ignored-attributes", "-fno-caret-diagnostics", "-Wno-pragma-pack", NULL};
    /* Errors of clang 19 that Microsoft's compiler and gcc warn of. */
    static const char *const warned[] = {"-Wno-error=int-conversion",
        "-Wno-error=incompatible-function-pointer-types", NULL};

    if (marked) {
        ddk_add(command, ddk_format("%s/clang.sh", build->tools.marks));
        ddk_add(command, job->output);
    }
    ddk_add(command, build->tools.clang);
    ddk_add(command, ddk_format("--target=%s", build->machine->clang));
    if (marked) {
        ddk_add(command, "-mllvm");
        ddk_add(command, "-combiner-store-merging=false");
    }
    ddk_add_all(command, flags);
    add(command, own_intrinsics);
    if (exceptions) {
        add(command, seh);
        ddk_add(command, build->machine->wide ? "-fasynchronous-unwind-tables" : "-include");
        if (!build->machine->wide)
            ddk_add(command, ddk_format("%s/try_x86.h", build->tools.marks));
    }
    add(command, headers);
    if (!ddk_has(flags, "-Werror"))
        add(command, warned);
    ddk_add(command, "-isystem");
    ddk_add(command, build->tools.include);
}

/* A DDK compiles drivers for x86 with /Gz: functions that say nothing else are stdcall, and old
   ones say nothing. gcc's -mrtd does that to calls of memset it makes up, too. */
static bool stdcall_by_default(struct ddk_build *build, struct ddk_project *project)
{
    return !build->machine->wide && ddk_kernel(project) && build->tools.clang != NULL &&
           strcmp(ddk_value(&project->macros, "386_STDCALL"), "0") != 0;
}

/* false: nothing here can, which it said. */
static bool compile(struct ddk_build *build, struct ddk_job *job, const char *source, bool cxx)
{
    struct ddk_project *project = job->project;
    struct ddk_list flags = compiler_flags(build, project, cxx);
    bool exceptions = project->try_somewhere && uses_exceptions(build, source, &flags);
    bool marked = marks_unaligned(build, project, cxx), clang;

    if (exceptions && (build->tools.clang == NULL || build->tools.lld == NULL)) {
        ddk_error(build, source, 0,
            "__try needs clang and lld: install the packages clang-19 and lld-19");
        return false;
    }
    if (exceptions && !build->machine->wide && cxx) {
        ddk_error(build, source, 0, "__try in C++ is there for x64 only: in C also for x86");
        return false;
    }
    if (exceptions && !build->machine->wide && !marked) {
        ddk_error(build, source, 0,
            "__try for x86 needs clang.sh, which is not in " DOTSYS_LIBEXEC
            ": install dotsys again");
        return false;
    }
    if (cxx && build->tools.gxx == NULL && (build->tools.clang == NULL || !ddk_kernel(project))) {
        ddk_error(build, source, 0, "C++ needs a compiler: install the package %s",
            ddk_format(build->machine->wide ? "%s-mingw-w64-x86-64" : "%s-mingw-w64-i686", "g++"));
        return false;
    }
    project->exceptions |= exceptions;
    clang = exceptions || stdcall_by_default(build, project) || (cxx && build->tools.gxx == NULL);
    if (clang) {
        add_clang(build, job, &flags, exceptions, marked);
        if (stdcall_by_default(build, project))
            ddk_add(&job->command, "-mrtd");
    } else {
        ddk_add(&job->command, cxx ? build->tools.gxx : build->tools.gcc);
        ddk_add_all(&job->command, &flags);
        if (cxx && ddk_kernel(project))
            add(&job->command, own_intrinsics);
        ddk_add(&job->command, "-fno-diagnostics-show-caret");
        if (marked) {
            const char *const marks[] = {
                "-dP", "-wrapper", ddk_format("%s/unaligned.sh", build->tools.marks), NULL};
            add(&job->command, marks);
        }
    }
    job->depfile = ddk_format("%s/%s.d", project->objects, ddk_stem(source));
    const char *const end[] = {"-MMD", "-MF", job->depfile, "-MQ", job->output, NULL};
    const char *const compiled[] = {"-c", "-o", job->output, NULL};
    add(&job->command, end);
    if (!clang || !marked)
        add(&job->command, compiled); /* clang.sh knows */
    ddk_add(&job->command, source);
    return true;
}

static bool assemble(struct ddk_build *build, struct ddk_job *job, const char *source)
{
    const char *const gas[] = {
        build->tools.gcc, "-x", "assembler-with-cpp", "-fdiagnostics-color=never", NULL};
    const char *const gas_end[] = {"-c", "-o", job->output, source, NULL};

    add(&job->command, gas);
    add_defines(build, job->project, &job->command);
    add_includes(build, job->project, &job->command);
    add(&job->command, gas_end);
    return true;
}

static bool assemble_masm(struct ddk_build *build, struct ddk_job *job, const char *source)
{
    if (build->tools.masm == NULL) {
        ddk_error(build, source, 0,
            "Microsoft's assembler language needs llvm-ml: install the package llvm-19");
        return false;
    }
    const char *const command[] = {build->tools.masm, build->machine->wide ? "-m64" : "-m32", "/c",
        "/nologo", ddk_format("/I%s", job->project->folder), "/Fo", job->output, source, NULL};
    add(&job->command, command);
    return true;
}

/* Files a resource script carries are named in quotes. */
static void add_carried(struct ddk_job *job, const char *source)
{
    const char *text = ddk_read(source, NULL);

    for (const char *at = text != NULL ? strchr(text, '"') : NULL; at != NULL;
         at = strchr(at, '"')) {
        size_t length = strcspn(++at, "\"\n");
        const char *path = ddk_absolute(ddk_folder(source), ddk_copy(at, length));
        if (length > 0 && ddk_exists(path) && !ddk_is_folder(path))
            ddk_add(&job->inputs, path);
        at += length;
        at += *at == '"';
    }
}

static bool compile_resource(struct ddk_build *build, struct ddk_job *job, const char *source)
{
    struct ddk_list all = {0}, defines = {0};
    const char *const dependencies[] = {"-MMD", "-MF",
        ddk_format("%s/%s.res.d", job->project->objects, ddk_stem(source)), "-MT", "res", NULL};

    add_defines(build, job->project, &all);
    ddk_add(&all, "-DRC_INVOKED=1");
    ddk_cl_flags(build, job->project, "C_DEFINES", &all);
    add_includes(build, job->project, &all);
    ddk_add(&job->command, build->tools.windres);
    ddk_add(&job->command, ddk_format("--target=%s", build->machine->coff));
    for (size_t i = 0; i < all.count; i++) {
        bool pair = strcmp(all.item[i], "-isystem") == 0 || strcmp(all.item[i], "-idirafter") == 0;
        if (pair)
            ddk_add(&defines, ddk_format("-I%s", all.item[++i]));
        else if (all.item[i][0] == '-' && strchr("DIU", all.item[i][1]) != NULL)
            ddk_add(&defines, all.item[i]);
    }
    ddk_add_all(&job->command, &defines);
    for (size_t i = 0; dependencies[i] != NULL; i++)
        ddk_add(&job->command, ddk_format("--preprocessor-arg=%s", dependencies[i]));
    ddk_add(&job->command, source);
    ddk_add(&job->command, "-O");
    ddk_add(&job->command, "coff");
    ddk_add(&job->command, job->output);
    job->depfile = dependencies[2];
    add_carried(job, source);
    return true;
}

/* ---- A project ------------------------------------------------------------------------------- */

static bool make_command(
    struct ddk_build *build, struct ddk_job *job, const char *source, enum language language)
{
    switch (language) {
    case C:
    case CXX:
        return compile(build, job, source, language == CXX);
    case ASSEMBLER:
        return assemble(build, job, source);
    case MASM:
        return assemble_masm(build, job, source);
    case RESOURCE:
        return compile_resource(build, job, source);
    default:
        ddk_error(
            build, job->project->file, 0, "SOURCES: nothing here can build '%s'", ddk_name(source));
        return false;
    }
}

static void prepare_source(struct ddk_build *build, struct ddk_project *project, const char *source)
{
    enum language language = language_of(source);
    struct ddk_job *job = ddk_alloc(sizeof(*job));

    if (language == LEFT_OUT) {
        ddk_warning(build, project->file, 0,
            "SOURCES: '%s' is left out: there is no tool here for such a file", ddk_name(source));
        return;
    }
    job->project = project;
    job->counter = &build->log.compiled;
    job->title = ddk_format("%s - %s",
        language == ASSEMBLER || language == MASM ? "Assembling" : "Compiling", ddk_name(source));
    job->output = ddk_format(
        "%s/%s.%s", project->objects, ddk_stem(source), language == RESOURCE ? "res" : "obj");
    job->record = ddk_format("%s.cmd", job->output);
    ddk_add(&job->inputs, source);
    if (ddk_has(&project->made, job->output)) {
        ddk_error(build, project->file, 0, "SOURCES: two sources are named '%s'", ddk_stem(source));
        project->failed = true;
        return;
    }
    if (!make_command(build, job, source, language)) {
        project->failed = true;
        return;
    }
    ddk_add(&project->made, job->output);
    project->jobs[project->job_count++] = job;
}

void ddk_prepare(struct ddk_build *build, struct ddk_project *project)
{
    if (project->sources.count == 0)
        return;
    if (!ddk_make_folders(project->objects)) {
        ddk_error(build, project->objects, 0, "%s", strerror(errno));
        project->failed = true;
        return;
    }
    project->jobs = ddk_alloc(project->sources.count * sizeof(struct ddk_job *));
    for (size_t i = 0; i < project->sources.count; i++) {
        enum language language = language_of(project->sources.item[i]);
        if (language == C || language == CXX || language == RESOURCE)
            ddk_include_names(build, project, project->sources.item[i]);
    }
    for (size_t i = 0; i < project->sources.count; i++)
        prepare_source(build, project, project->sources.item[i]);
}
