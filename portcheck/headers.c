/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Sources from Windows name headers as its file systems take them: <Windows.h>, "..\inc\Driver.h".
 * For a header the compiler does not find so, a file in memory with the name as it is written
 * includes the one that is meant.
 */
#include "portcheck.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The entry of a folder whose name differs in case at most; NULL: there is none. */
static char *find_entry(const char *folder, const char *name, size_t length)
{
    DIR *directory = opendir(folder);
    struct dirent *entry;
    char *found = NULL;

    while (directory != NULL && found == NULL && (entry = readdir(directory)) != NULL) {
        if (strncasecmp(entry->d_name, name, length) == 0 && entry->d_name[length] == '\0')
            found = pc_format("%s/%s", folder, entry->d_name);
    }
    if (directory != NULL)
        closedir(directory);
    return found;
}

/* The file below a folder that a name with either kind of slash means; NULL: there is none. */
static char *find_below(const char *folder, const char *name)
{
    char *path = pc_copy(folder, strlen(folder));

    while (path != NULL && *name != '\0') {
        size_t length = strcspn(name, "/\\");
        char *next = find_entry(path, name, length);
        free(path);
        path = next;
        name += length + strspn(name + length, "/\\");
    }
    return path;
}

static void add_file(struct pc_source *source, char *name, char *contents)
{
    source->extra = pc_grow(source->extra, source->extra_count, sizeof(*source->extra));
    source->extra[source->extra_count++] =
        (struct CXUnsavedFile){.Filename = name, .Contents = contents, .Length = strlen(contents)};
}

static bool try_folder(struct pc_source *source, const char *folder, const char *name)
{
    char *found = find_below(folder, name), *real = found != NULL ? realpath(found, NULL) : NULL;

    free(found);
    if (real == NULL)
        return false;
    char *spelled = pc_format("%s/%s", folder, name);
    /* The compiler looks for backslashes turned. */
    for (char *at = spelled; *at != '\0'; at++)
        *at = *at == '\\' ? '/' : *at;
    add_file(source, spelled, pc_format("#include \"%s\"\n", real));
    free(real);
    return true;
}

/* The folder an -I or -isystem at this index names; NULL: the flag is another one. */
static const char *flag_folder(const struct pc_options *options, int index)
{
    const char *flag = options->flags[index];
    size_t length = strncmp(flag, "-I", 2) == 0 ? 2 : strncmp(flag, "-isystem", 8) == 0 ? 8
                                                                                        : 0;

    if (length == 0)
        return NULL;
    if (flag[length] != '\0')
        return flag + length;
    return index + 1 < options->flag_count ? options->flags[index + 1] : NULL;
}

static bool find_header(struct pc_source *source, const char *includer, const char *name,
    const char *const *system_folders)
{
    const char *slash = strrchr(includer, '/');
    char *own = slash != NULL ? pc_copy(includer, (size_t)(slash - includer)) : pc_copy(".", 1);
    bool found = try_folder(source, own, name);

    free(own);
    for (int i = 0; i < source->options->flag_count && !found; i++) {
        const char *folder = flag_folder(source->options, i);
        found = folder != NULL && try_folder(source, folder, name);
    }
    for (; *system_folders != NULL && !found; system_folders++)
        found = try_folder(source, *system_folders, name);
    return found;
}

bool pc_find_headers(
    struct pc_source *source, CXTranslationUnit unit, const char *const *system_folders)
{
    static const char missing[] = "' file not found";
    bool found = false;

    for (unsigned i = 0; i < clang_getNumDiagnostics(unit); i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(unit, i);
        char *text = pc_take(clang_getDiagnosticSpelling(diagnostic)), *end = strstr(text, missing);
        if (text[0] == '\'' && end != NULL) {
            CXSourceLocation location = clang_getDiagnosticLocation(diagnostic);
            struct pc_place place = pc_place_of(clang_getRange(location, location));
            *end = '\0';
            found = find_header(source, place.file, text + 1, system_folders) || found;
            free(place.file);
        }
        free(text);
        clang_disposeDiagnostic(diagnostic);
    }
    return found;
}

void pc_free_headers(struct pc_source *source)
{
    for (size_t i = 0; i < source->extra_count; i++) {
        free((void *)(uintptr_t)source->extra[i].Filename);
        free((void *)(uintptr_t)source->extra[i].Contents);
    }
    free(source->extra);
    source->extra = NULL;
    source->extra_count = 0;
}
