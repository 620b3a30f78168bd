/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Finds the projects of a tree: follows dirs files, and makes of each sources file a project with
 * everything in it checked and named by files that exist.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "ddk.h"
#include "suggest.h"

static const struct {
    const char *name, *extension; /* NULL: no file comes of it */
    enum ddk_type type;
} types[] = {
    {"DRIVER", "sys", DDK_DRIVER},
    {"EXPORT_DRIVER", "sys", DDK_EXPORT_DRIVER},
    {"MINIPORT", "sys", DDK_MINIPORT},
    {"DRIVER_LIBRARY", "lib", DDK_DRIVER_LIBRARY},
    {"LIBRARY", "lib", DDK_LIBRARY},
    {"PROGRAM", "exe", DDK_PROGRAM},
    {"DYNLINK", "dll", DDK_DYNLINK},
    {"NOTARGET", NULL, DDK_NOTARGET},
};

enum {
    TYPE_COUNT = sizeof(types) / sizeof(types[0])
};

bool ddk_kernel(const struct ddk_project *project)
{
    return project->type <= DDK_DRIVER_LIBRARY;
}

bool ddk_library(const struct ddk_project *project)
{
    return project->type == DDK_DRIVER_LIBRARY || project->type == DDK_LIBRARY;
}

bool ddk_wide_entry(struct ddk_project *project)
{
    const char *entry = ddk_value(&project->macros, "UMENTRY");

    return strcasecmp(entry, "wmain") == 0 || strcasecmp(entry, "wwinmain") == 0;
}

/* ---- One sources file ------------------------------------------------------------------------ */

static const char *read_type(struct ddk_build *build, struct ddk_project *project)
{
    const char *name = ddk_value(&project->macros, "TARGETTYPE"), *names[TYPE_COUNT], *meant;

    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (strcasecmp(types[i].name, name) == 0) {
            project->type = types[i].type;
            return types[i].extension != NULL ? types[i].extension : "";
        }
        names[i] = types[i].name;
    }
    meant = suggest_nearest(name, names, TYPE_COUNT);
    if (*name == '\0')
        ddk_error(build, project->file, 0,
            "TARGETTYPE is missing: DRIVER, DRIVER_LIBRARY, EXPORT_DRIVER, MINIPORT, LIBRARY, "
            "PROGRAM, DYNLINK or NOTARGET");
    else
        ddk_error(build, project->file, 0,
            "TARGETTYPE=%s is not known here%s%s; there are DRIVER, DRIVER_LIBRARY, EXPORT_DRIVER, "
            "MINIPORT, LIBRARY, PROGRAM, DYNLINK, NOTARGET",
            name, meant != NULL ? ": did you mean " : "", meant != NULL ? meant : "");
    return NULL;
}

/* TARGETPATH's folder for this build: "obj" stands for one of each environment. */
static const char *target_folder(
    struct ddk_build *build, struct ddk_project *project, const char *macro)
{
    const char *path = ddk_value(&project->macros, macro);

    path = ddk_absolute(project->folder, *path != '\0' ? path : "obj");
    if (strcasecmp(ddk_name(path), "obj") == 0)
        path = ddk_format("%s%s", path, build->alt);
    return ddk_absolute(path, build->machine->folder);
}

static void read_target(struct ddk_build *build, struct ddk_project *project, const char *extension)
{
    const char *other = ddk_value(&project->macros, "TARGETEXT"),
               *folder = target_folder(build, project, "TARGETPATH");
    const char *lib = ddk_value(&project->macros, "TARGETPATHLIB");

    lib = *lib != '\0' ? target_folder(build, project, "TARGETPATHLIB") : folder;
    project->objects = ddk_format(
        "%s/obj%s/%s", project->folder, build->alt, build->machine->folder);
    if (project->type == DDK_NOTARGET)
        return;
    if (ddk_library(project)) {
        project->target = ddk_format("%s/%s.lib", lib, project->name);
        return;
    }
    project->target = ddk_format(
        "%s/%s.%s", folder, project->name, *other != '\0' ? other : extension);
    if (project->type == DDK_EXPORT_DRIVER || project->type == DDK_DYNLINK)
        project->import = ddk_format("%s/%s.lib", lib, project->name);
}

/* A source stands where its path says, or in the machine's folder. */
static void add_source(
    struct ddk_build *build, struct ddk_project *project, const char *name, bool of_machine)
{
    const char *path = ddk_resolve(ddk_absolute(project->folder, name));

    if (path == NULL && of_machine)
        path = ddk_resolve(
            ddk_absolute(project->folder, ddk_format("%s/%s", build->machine->folder, name)));
    if (path == NULL || ddk_is_folder(path)) {
        ddk_error(build, project->file, 0, "SOURCES: there is no file '%s'", name);
        project->failed = true;
    } else if (!ddk_has(&project->sources, path)) {
        ddk_add(&project->sources, path);
    }
}

static void read_sources(struct ddk_build *build, struct ddk_project *project)
{
    static const char *const of_x64[] = {"amd64_SOURCES", "AMD64_SOURCES"},
                             *const of_x86[] = {"i386_SOURCES", "I386_SOURCES"};
    const char *const *names = build->machine->wide ? of_x64 : of_x86;
    struct ddk_list words = ddk_words(ddk_value(&project->macros, "SOURCES"));

    for (size_t i = 0; i < words.count; i++)
        add_source(build, project, words.item[i], false);
    for (size_t i = 0; i < 2; i++) {
        words = ddk_words(ddk_value(&project->macros, names[i]));
        for (size_t j = 0; j < words.count; j++)
            add_source(build, project, words.item[j], true);
    }
}

static void read_includes(struct ddk_build *build, struct ddk_project *project)
{
    struct ddk_list words = ddk_split(ddk_value(&project->macros, "INCLUDES"), "; \t");
    const char *kit = ddk_folder(build->tools.include); /* BASEDIR: not laid out as Microsoft's */

    for (size_t i = 0; i < words.count; i++) {
        const char *path = ddk_absolute(project->folder, words.item[i]), *found = ddk_resolve(path);
        if (found != NULL && ddk_is_folder(found))
            ddk_add(&project->includes, found);
        else if (strncmp(path, kit, strlen(kit)) != 0)
            ddk_warning(
                build, project->file, 0, "INCLUDES: there is no folder '%s'", words.item[i]);
    }
}

static void read_version(struct ddk_build *build, struct ddk_project *project)
{
    const char *text = ddk_value(&project->macros, "_NT_TARGET_VERSION");
    char *end;
    unsigned long number = strtoul(text, &end, 16);

    project->version = (unsigned)number;
    if (*end != '\0' || number > 0xFFFF || ddk_find_version(project->version) == NULL) {
        ddk_error(build, project->file, 0,
            "_NT_TARGET_VERSION=%s is no Windows: 0x500 0x501 0x502 0x600 0x601 0x602 0x603 0xA00",
            text);
        project->version = build->version->number;
        project->failed = true;
    }
    if (build->machine->wide && project->version < 0x0502)
        project->version = 0x0502; /* the first one with 64 bits */
}

static void warn_of_the_rest(struct ddk_build *build, struct ddk_project *project)
{
    static const char rules[] = "rules of makefile.inc are not run",
                      framework[] = "mingw-w64 has no driver framework";
    static const char *const macros[][2] = {{"NTTARGETFILE0", rules}, {"NTTARGETFILE1", rules},
        {"NTTARGETFILE2", rules}, {"NTTARGETFILES", rules},
        {"POST_BUILD_CMD", "commands are not run"}, {"RUN_WPP", "there is no tracing preprocessor"},
        {"KMDF_VERSION", framework}, {"KMDF_VERSION_MAJOR", framework},
        {"UMDF_VERSION", framework}};

    for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++) {
        const char *value = ddk_value(&project->macros, macros[i][0]);
        if (*value != '\0')
            ddk_warning(build, project->file, 0, "%s=%s is left out: %s", macros[i][0], value,
                macros[i][1]);
    }
}

/* A folder's project may say that it is not for this machine. */
static bool blocked(struct ddk_build *build, struct ddk_project *project)
{
    const char *macro = build->machine->wide ? "DDK_BLOCK_ON_AMD64" : "DDK_BLOCK_ON_X86";
    const char *value = ddk_value(&project->macros, macro);

    if (*value == '\0' || strcmp(value, "0") == 0)
        return false;
    ddk_say(build, "BUILD: %s is left out: %s=%s", project->folder, macro, value);
    return true;
}

static bool load_sources(struct ddk_build *build, const char *folder, const char *file)
{
    struct ddk_project *project = ddk_alloc(sizeof(*project));
    unsigned before = build->log.errors;
    const char *extension;

    for (const struct ddk_project *known = build->projects; known != NULL; known = known->next) {
        if (strcmp(known->folder, folder) == 0)
            return true;
    }
    project->folder = folder;
    project->file = file;
    ddk_environment(build, &project->macros, folder);
    if (!ddk_read_macros(build, &project->macros, file))
        return false;
    if (blocked(build, project))
        return true;
    project->name = ddk_value(&project->macros, "TARGETNAME");
    extension = read_type(build, project);
    if (extension == NULL)
        return false;
    if (*project->name == '\0' && project->type != DDK_NOTARGET) {
        ddk_error(build, file, 0, "TARGETNAME is missing");
        return false;
    }
    read_target(build, project, extension);
    read_version(build, project);
    read_includes(build, project);
    read_sources(build, project);
    warn_of_the_rest(build, project);
    if (project->macros.endless)
        ddk_error(build, file, 0, "the macros stand for too much");
    if (project->sources.count == 0 && project->type != DDK_NOTARGET && !project->failed)
        ddk_error(build, file, 0, "SOURCES is missing");
    *build->end = project;
    build->end = &project->next;
    project->failed = build->log.errors > before;
    return !project->failed;
}

/* ---- Folders --------------------------------------------------------------------------------- */

static bool load_dirs(struct ddk_build *build, const char *folder, const char *file)
{
    struct ddk_macros macros = {0};
    struct ddk_list names, optional;
    bool fine = true;

    ddk_environment(build, &macros, folder);
    if (!ddk_read_macros(build, &macros, file))
        return false;
    names = ddk_words(ddk_value(&macros, "DIRS"));
    optional = ddk_words(ddk_value(&macros, "OPTIONAL_DIRS"));
    for (size_t i = 0; i < optional.count; i++) {
        if (ddk_has(&build->optional, optional.item[i]))
            ddk_add(&names, optional.item[i]);
    }
    for (size_t i = 0; i < names.count; i++) {
        const char *path = ddk_absolute(folder, names.item[i]), *found = ddk_resolve(path);
        size_t length = strlen(path);
        /* A folder that holds the tree would never end. */
        if (strncmp(folder, path, length) == 0 &&
            (folder[length] == '\0' || folder[length] == '/')) {
            ddk_error(build, file, 0, "DIRS: '%s' is not below this folder", names.item[i]);
            fine = false;
        } else if (found == NULL || !ddk_is_folder(found)) {
            ddk_error(build, file, 0, "DIRS: there is no folder '%s'", names.item[i]);
            fine = false;
        } else {
            fine &= ddk_load(build, found);
        }
    }
    return fine;
}

bool ddk_load(struct ddk_build *build, const char *folder)
{
    const char *dirs = ddk_resolve(ddk_absolute(folder, "dirs")),
               *sources = ddk_resolve(ddk_absolute(folder, "sources"));
    bool fine = true, any = false;

    ddk_record(build, ddk_format("BUILD: Examining %s directory for files to compile.", folder));
    if (dirs != NULL && !ddk_is_folder(dirs)) {
        fine = load_dirs(build, folder, dirs);
        any = true;
    }
    if (sources != NULL && !ddk_is_folder(sources)) {
        fine &= load_sources(build, folder, sources);
        any = true;
    }
    if (!any)
        ddk_error(build, folder, 0, "there is no file 'sources' or 'dirs' here");
    return fine && any;
}

void ddk_clean(struct ddk_project *project)
{
    static const char *const made[] = {".obj", ".res", ".d", ".cmd"};
    DIR *entries = opendir(project->objects);
    struct dirent *entry;

    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
            if (ddk_ends(entry->d_name, made[i]))
                unlink(ddk_format("%s/%s", project->objects, entry->d_name));
        }
    }
    if (entries != NULL)
        closedir(entries);
    if (project->target != NULL)
        unlink(project->target);
    if (project->import != NULL)
        unlink(project->import);
}
