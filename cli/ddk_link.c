/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the objects become: libraries first, then images others import from, then the rest. GNU ld
 * links; lld does where structured exceptions are, whose tables it sorts.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ddk.h"

static void add(struct ddk_list *list, const char *const *items)
{
    for (; *items != NULL; items++)
        ddk_add(list, *items);
}

/* ---- Libraries ------------------------------------------------------------------------------- */

/* Of Microsoft's kits; what they hold is in headers, in libgcc, or not needed. */
static const char *const needless[] = {"ntstrsafe", "bufferoverflowk", "bufferoverflow",
    "bufferoverflowu", "bufferoverflowfastfailk", "libcmt", "libcmtd", "libcntpr", "csq",
    "runtmchk", "gsdriverentry", "sehupd", "rtlver", "exsup", "memcmp", "wdmsec"};

/* A library of the kits, by name. */
static void add_kit_library(struct ddk_build *build, struct ddk_project *project, const char *path,
    struct ddk_list *libraries)
{
    const char *stem = ddk_lower(ddk_stem(path)),
               *file = ddk_format("%s/lib%s.a", build->tools.lib, stem);

    if (ddk_exists(file)) {
        ddk_add(libraries, file);
        return;
    }
    for (size_t i = 0; i < sizeof(needless) / sizeof(needless[0]); i++) {
        if (strcmp(needless[i], stem) == 0)
            return;
    }
    ddk_error(build, project->file, 0, "TARGETLIBS: mingw-w64 has no library '%s'", ddk_name(path));
    project->failed = true;
}

/* "obj\*" stands for the folder of this build's objects, "*" elsewhere for the machine's. */
static const char *without_star(struct ddk_build *build, const char *path)
{
    const char *star = strstr(path, "/*/");

    if (star == NULL)
        return path;
    const char *folder = ddk_copy(path, (size_t)(star - path));
    return ddk_format("%s%s/%s/%s", folder,
        strcasecmp(ddk_name(folder), "obj") == 0 ? build->alt : "", build->machine->folder,
        star + 3);
}

/* What the build was to make there, NULL: nothing. */
static struct ddk_project *maker_of(struct ddk_build *build, const char *path)
{
    for (struct ddk_project *project = build->projects; project != NULL; project = project->next) {
        if (project->target != NULL && strcasecmp(project->target, path) == 0)
            return project;
        if (project->import != NULL && strcasecmp(project->import, path) == 0)
            return project;
    }
    return NULL;
}

static void add_library(struct ddk_build *build, struct ddk_project *project, const char *word,
    struct ddk_list *libraries)
{
    const char *path = without_star(build, ddk_absolute(project->folder, word)),
               *found = ddk_resolve(path);
    const struct ddk_project *maker = maker_of(build, path);

    if (strncmp(path, build->tools.lib, strlen(build->tools.lib)) == 0) {
        add_kit_library(build, project, path, libraries);
    } else if (found != NULL && !ddk_is_folder(found)) {
        ddk_add(libraries, found);
        project->exceptions |= maker != NULL && maker->exceptions && ddk_library(maker);
    } else if (maker != NULL) {
        ddk_error(build, project->file, 0, "TARGETLIBS: '%s' was not built", path);
        project->failed = true;
    } else if (strpbrk(word, "/\\") == NULL) {
        add_kit_library(build, project, path, libraries);
    } else {
        ddk_error(build, project->file, 0, "TARGETLIBS: there is no file '%s'", word);
        project->failed = true;
    }
}

/* Libraries as a sources file has them. */
static struct ddk_list library_words(struct ddk_project *project)
{
    static const char *const macros[] = {"TARGETLIBS", "UMLIBS", "LINKLIBS"};
    struct ddk_list all = {0};

    for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++) {
        struct ddk_list words = ddk_words(ddk_value(&project->macros, macros[i]));
        ddk_add_all(&all, &words);
    }
    return all;
}

static struct ddk_list find_libraries(struct ddk_build *build, struct ddk_project *project)
{
    static const char *const kernel[] = {"ntoskrnl.lib", "hal.lib", "wmilib.lib", NULL};
    struct ddk_list libraries = {0}, words = library_words(project);

    for (size_t i = 0; i < words.count; i++)
        add_library(build, project, words.item[i], &libraries);
    if (ddk_kernel(project) && project->type != DDK_MINIPORT) {
        for (size_t i = 0; kernel[i] != NULL; i++)
            add_kit_library(build, project, kernel[i], &libraries);
    }
    if (ddk_kernel(project))
        ddk_more_imports(build, project, &libraries);
    return libraries;
}

/* ---- Images ---------------------------------------------------------------------------------- */

static const char *subsystem(const struct ddk_project *project, const char *name, char separator)
{
    return ddk_format(
        "%s%c%u.%02u", name, separator, project->version >> 8, project->version & 0xFF);
}

/* The macro's value, "" unless it is set; another one's if that is set. */
static const char *option(struct ddk_project *project, const char *macro, const char *other)
{
    const char *value = ddk_value(&project->macros, macro);

    return *value != '\0' || other == NULL ? value : ddk_value(&project->macros, other);
}

static const char *definitions(struct ddk_build *build, struct ddk_project *project)
{
    const char *name = option(project, "DLLDEF", NULL);
    const char *path = ddk_resolve(
        ddk_absolute(project->folder, *name != '\0' ? name : ddk_format("%s.def", project->name)));

    if (path == NULL && *name != '\0') {
        ddk_error(build, project->file, 0, "DLLDEF: there is no file '%s'", name);
        project->failed = true;
    }
    return path;
}

/* LINKER_FLAGS, as GNU ld takes them. */
static void add_linker_flags(
    struct ddk_build *build, struct ddk_project *project, struct ddk_list *command)
{
    static const char *const needless_switches[] = {"nologo", "release", "debug",
        "opt:", "ignore:", "nodefaultlib", "merge:", "incremental", "machine:", "driver", "pdb",
        "align:", "osversion:", "version:", "wx", "safeseh", "nxcompat", "dynamicbase",
        "subsystem:"};
    struct ddk_list words = ddk_words(ddk_value(&project->macros, "LINKER_FLAGS"));

    for (size_t i = 0; i < words.count; i++) {
        const char *word = words.item[i] + 1, *value = strchr(word, ':');
        bool known = false;
        for (size_t j = 0; j < sizeof(needless_switches) / sizeof(needless_switches[0]); j++)
            known |= ddk_starts(word, needless_switches[j]);
        value = value != NULL ? value + 1 : "";
        if (ddk_starts(word, "base:"))
            ddk_add(command, ddk_format("-Wl,--image-base,%s", value));
        else if (ddk_starts(word, "entry:"))
            ddk_add(
                command, ddk_format("-Wl,--entry,%s%s", build->machine->wide ? "" : "_", value));
        else if (ddk_starts(word, "stack:"))
            ddk_add(command, ddk_format("-Wl,--stack,%s", value));
        else if (ddk_starts(word, "map"))
            ddk_add(command, ddk_format("-Wl,-Map,%s/%s.map", project->objects, project->name));
        else if (ddk_starts(word, "integritycheck"))
            ddk_add(command, "-Wl,--forceinteg");
        else if (!known)
            ddk_warning(build, project->file, 0,
                "LINKER_FLAGS: %s has no meaning here and is left out", words.item[i]);
    }
}

static void driver_by_ld(
    struct ddk_build *build, struct ddk_project *project, struct ddk_list *command)
{
    static const char *const always[] = {"-nostdlib", "-nostartfiles", "-Wl,--dynamicbase",
        "-Wl,--nxcompat", "-Wl,--no-insert-timestamp", "-Wl,--enable-stdcall-fixup", NULL};
    const char *base = option(project, "DRIVERBASE", NULL);

    ddk_add(command, build->tools.gcc);
    add(command, always);
    ddk_add(command, ddk_format("-Wl,--image-base,%s", *base != '\0' ? base : "0x10000"));
    ddk_add(command, ddk_format("-Wl,--subsystem,%s", subsystem(project, "native", ':')));
    ddk_add(
        command, build->machine->wide ? "-Wl,--entry,DriverEntry" : "-Wl,--entry,_DriverEntry@8");
    for (size_t i = 0; i < project->slots.count; i++)
        ddk_add(command, ddk_format("-Wl,--defsym,%s=%s", project->slots.item[i],
            ddk_format("__imp_%s", project->slots.item[i])));
    add_linker_flags(build, project, command);
}

static void program(struct ddk_build *build, struct ddk_project *project, struct ddk_list *command)
{
    const char *type = option(project, "UMTYPE", NULL),
               *base = option(project, "UMBASE", "DLLBASE");
    const char *entry = option(project, "UMENTRYABS", NULL);
    bool windows = strcasecmp(type, "windows") == 0, cxx = false;

    for (size_t i = 0; i < project->sources.count; i++)
        cxx |= ddk_ends(project->sources.item[i], ".cpp") ||
            ddk_ends(project->sources.item[i], ".cxx") || ddk_ends(project->sources.item[i], ".cc");
    if (*type != '\0' && !windows && strcasecmp(type, "console") != 0) {
        ddk_error(build, project->file, 0,
            "UMTYPE=%s is not known here; there are console and windows", type);
        project->failed = true;
    }
    ddk_add(command, cxx ? build->tools.gxx : build->tools.gcc);
    ddk_add(command, "-static-libgcc");
    if (cxx)
        ddk_add(command, "-static-libstdc++");
    ddk_add(command, "-Wl,--no-insert-timestamp");
    if (project->type == DDK_DYNLINK)
        ddk_add(command, "-shared");
    ddk_add(command, windows ? "-mwindows" : "-mconsole");
    if (ddk_wide_entry(project))
        ddk_add(command, "-municode");
    ddk_add(command,
        ddk_format("-Wl,--subsystem,%s", subsystem(project, windows ? "windows" : "console", ':')));
    if (*base != '\0')
        ddk_add(command, ddk_format("-Wl,--image-base,%s", base));
    if (*entry != '\0')
        ddk_add(command, ddk_format("-Wl,--entry,%s%s", build->machine->wide ? "" : "_", entry));
    add_linker_flags(build, project, command);
}

static void image_by_ld(
    struct ddk_build *build, struct ddk_job *job, const struct ddk_list *libraries)
{
    struct ddk_project *project = job->project;
    const char *exports = definitions(build, project);

    if (ddk_kernel(project))
        driver_by_ld(build, project, &job->command);
    else
        program(build, project, &job->command);
    if (!build->checked)
        ddk_add(&job->command, "-s");
    if (project->import != NULL && build->machine->wide) {
        ddk_add(&job->command, ddk_format("-Wl,--out-implib,%s", project->import));
    } else if (project->import != NULL) {
        ddk_add(&job->command, "-Wl,--kill-at,--enable-stdcall-fixup");
        ddk_own_imports(build, project, exports);
    }
    ddk_add(&job->command, "-o");
    ddk_add(&job->command, job->output);
    ddk_add_all(&job->command, &project->made);
    if (exports != NULL)
        ddk_add(&job->command, exports);
    /* Microsoft's linker does not mind the order. */
    ddk_add(&job->command, "-Wl,--start-group");
    ddk_add_all(&job->command, libraries);
    if (ddk_kernel(project))
        ddk_add(&job->command, "-lgcc");
    ddk_add(&job->command, "-Wl,--end-group");
}

static void driver_by_lld(
    struct ddk_build *build, struct ddk_job *job, const struct ddk_list *libraries)
{
    static const char *const always[] = {
        "/nologo", "/driver", "/nodefaultlib", "/opt:ref", "/release", "/Brepro", NULL};
    struct ddk_project *project = job->project;
    const char *base = option(project, "DRIVERBASE", NULL), *exports = definitions(build, project);

    ddk_add(&job->command, build->tools.lld);
    add(&job->command, always);
    ddk_add(&job->command, build->machine->wide ? "/entry:DriverEntry" : "/entry:DriverEntry@8");
    if (!build->machine->wide)
        ddk_add(&job->command, "/safeseh:no"); /* clang's tables do not list the handlers */
    ddk_add(&job->command, ddk_format("/base:%s", *base != '\0' ? base : "0x10000"));
    ddk_add(&job->command, ddk_format("/subsystem:%s", subsystem(project, "native", ',')));
    ddk_add(&job->command, build->checked ? "/debug:dwarf" : "/debug:none");
    for (size_t i = 0; i < project->slots.count; i++)
        ddk_add(&job->command, ddk_format("/alternatename:%s=%s", project->slots.item[i],
            ddk_format("__imp_%s", project->slots.item[i])));
    if (exports != NULL)
        ddk_add(&job->command, ddk_format("/def:%s", exports));
    if (project->import != NULL)
        ddk_add(&job->command, ddk_format("/implib:%s", project->import));
    ddk_add(&job->command, ddk_format("/out:%s", job->output));
    ddk_add_all(&job->command, &project->made);
    ddk_add_all(&job->command, libraries);
    ddk_add(&job->command, build->tools.libgcc);
}

static void library(struct ddk_build *build, struct ddk_job *job)
{
    const char *const words[] = {build->tools.ar, "rcsD", job->output, NULL};

    add(&job->command, words);
    ddk_add_all(&job->command, &job->project->made);
}

/* ---- Projects -------------------------------------------------------------------------------- */

/* What the title shows: the target as seen from its project. */
static const char *from_folder(const struct ddk_project *project, const char *path)
{
    size_t length = strlen(project->folder);

    return strncmp(path, project->folder, length) == 0 && path[length] == '/' ? path + length + 1
                                                                              : path;
}

static struct ddk_job *link_job(struct ddk_build *build, struct ddk_project *project)
{
    struct ddk_job *job = ddk_alloc(sizeof(*job));
    struct ddk_list libraries = {0};
    bool made = ddk_library(project);

    job->project = project;
    job->output = project->target;
    job->counter = made ? &build->log.libraries : &build->log.executables;
    job->title = ddk_format("%s - %s", made ? "Building Library" : "Linking Executable",
        from_folder(project, project->target));
    job->record = ddk_format("%s/%s.cmd", project->objects, ddk_name(project->target));
    ddk_add_all(&job->inputs, &project->made);
    if (!ddk_make_folders(ddk_folder(project->target)) ||
        (project->import != NULL && !ddk_make_folders(ddk_folder(project->import)))) {
        ddk_error(build, project->target, 0, "%s", strerror(errno));
        project->failed = true;
        return NULL;
    }
    if (!made)
        libraries = find_libraries(build, project);
    ddk_add_all(&job->inputs, &libraries);
    if (made)
        library(build, job);
    else if (ddk_kernel(project) && project->exceptions)
        driver_by_lld(build, job, &libraries);
    else
        image_by_ld(build, job, &libraries);
    return project->failed ? NULL : job;
}

enum turn {
    LIBRARIES,
    EXPORTERS,
    OTHERS,
    TURNS
};

static enum turn turn_of(const struct ddk_project *project)
{
    return ddk_library(project) ? LIBRARIES : project->import != NULL ? EXPORTERS
                                                                      : OTHERS;
}

/* After those it imports from. */
static void link_exporter(struct ddk_build *build, struct ddk_project *project)
{
    struct ddk_list words = library_words(project);

    if (project->linked || project->failed)
        return;
    project->linked = true;
    for (size_t i = 0; i < words.count; i++) {
        struct ddk_project *maker =
            maker_of(build, without_star(build, ddk_absolute(project->folder, words.item[i])));
        if (maker != NULL && maker->import != NULL)
            link_exporter(build, maker);
    }
    struct ddk_job *job = link_job(build, project);
    if (job != NULL)
        ddk_run(build, &job, 1);
}

static void link_turn(struct ddk_build *build, enum turn turn, size_t count)
{
    struct ddk_job **jobs = ddk_alloc((count + 1) * sizeof(struct ddk_job *));
    size_t ready = 0;

    for (struct ddk_project *project = build->projects; project != NULL; project = project->next) {
        if (project->failed || project->target == NULL || turn_of(project) != turn)
            continue;
        if (turn == EXPORTERS) {
            link_exporter(build, project);
            continue;
        }
        struct ddk_job *job = link_job(build, project);
        if (job != NULL)
            jobs[ready++] = job;
    }
    ddk_run(build, jobs, ready);
    for (struct ddk_project *project = build->projects; project != NULL; project = project->next) {
        if (!project->failed && project->target != NULL && turn_of(project) == turn &&
            ddk_kernel(project) && turn != LIBRARIES)
            ddk_check_imports(build, project);
    }
}

void ddk_link(struct ddk_build *build)
{
    size_t count = 0;

    for (const struct ddk_project *project = build->projects; project != NULL;
         project = project->next)
        count++;
    for (enum turn turn = LIBRARIES; turn < TURNS; turn++)
        link_turn(build, turn, count);
}
