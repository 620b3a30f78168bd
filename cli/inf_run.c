/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See inf_run.h. Files are looked for beside the INF file as Windows would, in any case of letters.
 * Which architecture is meant the first image says; where there is none it is the one the file has
 * something for.
 */
#include "inf_run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "inf.h"
#include "plainfile.h"

struct reading {
    struct run_options *options;
    const char *path; /* of the INF file */
    bool wants_x86;   /* the first image is one */
    bool missing;     /* of a driver: the message is out */
    struct run_driver *drivers;
    size_t driver_count;
};

bool inf_is_named(const char *path)
{
    size_t length = strlen(path);

    return length > 4 && strcasecmp(path + length - 4, ".inf") == 0;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* One step: the entry of a folder, whatever its case. path gets "/entry". */
static bool step_down(char *path, size_t size, const char *name, size_t length)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    bool found = false;

    if (folder == NULL)
        return false;
    while (!found && (entry = readdir(folder)) != NULL) {
        found = strlen(entry->d_name) == length && strncasecmp(entry->d_name, name, length) == 0;
        size_t used = strlen(path);
        found = found && used + length + 2 <= size;
        if (found)
            snprintf(path + used, size - used, "/%s", entry->d_name);
    }
    closedir(folder);
    return found;
}

static bool find_below(char *path, size_t size, const char *folder, const char *name)
{
    while (*folder != '\0') {
        size_t length = strcspn(folder, "/");
        if (length != 0 &&
            (strncmp(folder, "..", length) == 0 || !step_down(path, size, folder, length)))
            return false;
        folder += length;
        folder += *folder == '/';
    }
    return step_down(path, size, name, strlen(name));
}

/* The file's path in malloc's memory; NULL: it is not there. */
static char *find_file(const char *inf, const char *folder, const char *name)
{
    const char *slash = strrchr(inf, '/');
    char path[4096];

    for (int own = 0; own < 2; own++) {
        snprintf(path, sizeof(path), "%.*s", slash != NULL ? (int)(slash - inf) : 1,
            slash != NULL ? inf : ".");
        if (strchr(name, '/') == NULL &&
            find_below(path, sizeof(path), own == 0 ? folder : "", name))
            return strdup(path);
    }
    return NULL;
}

static void *read_file(const char *path, size_t *size)
{
    int file = plainfile_open(path);
    struct stat state;
    char *text = NULL;

    if (file >= 0 && fstat(file, &state) == 0 &&
        (text = malloc((size_t)state.st_size + 1)) != NULL) {
        ssize_t got = read(file, text, (size_t)state.st_size);
        *size = got > 0 ? (size_t)got : 0;
    }
    if (file >= 0)
        close(file);
    return text;
}

/* ---- what it installs ------------------------------------------------------------------------ */

static bool take_copy(void *context, const char *name, const char *folder, const char *destination)
{
    struct reading *reading = context;
    struct run_options *options = reading->options;
    char *source = find_file(reading->path, folder, name);

    if (source == NULL)
        return true; /* a driver that is missed is told of by take_service */
    struct run_copy *moved = realloc(options->copies, (options->copy_count + 1) * sizeof(*moved));
    char *target = strdup(destination);
    if (moved != NULL)
        options->copies = moved;
    if (moved == NULL || target == NULL) {
        free(source);
        free(target);
        return false;
    }
    options->copies[options->copy_count++] = (struct run_copy){source, target};
    return true;
}

static bool take_service(void *context, const char *service, const char *name, const char *folder)
{
    struct reading *reading = context;
    char *path = find_file(reading->path, folder, name);

    for (size_t i = 0; i < reading->driver_count; i++) {
        if (strcasecmp(reading->drivers[i].name, service) == 0) {
            free(path);
            return true;
        }
    }
    if (path == NULL) {
        cli_usage("run", "%s: the driver %s is not beside it", reading->path, name);
        reading->missing = true;
        return false;
    }
    if (reading->driver_count == 0)
        reading->wants_x86 = plainfile_is_x86(path);
    struct run_driver *moved = realloc(
        reading->drivers, (reading->driver_count + 1) * sizeof(*moved));
    char *copy = strdup(service);
    if (moved != NULL)
        reading->drivers = moved;
    if (moved == NULL || copy == NULL) {
        free(path);
        free(copy);
        return false;
    }
    reading->drivers[reading->driver_count++] = (struct run_driver){
        .path = path, .name = copy, .installed = true};
    return true;
}

static void forget_drivers(struct run_driver *drivers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (drivers[i].installed)
            free((char *)(uintptr_t)drivers[i].path);
        free(drivers[i].name);
    }
    free(drivers);
}

static void windows_version(const char *os, struct inf_target *target)
{
    static const struct {
        const char *name;
        unsigned major, minor;
    } versions[] = {{"win2000", 5, 0}, {"xp", 5, 1}, {"win7", 6, 1}, {"win81", 6, 3}};

    target->major = 10;
    target->minor = 0;
    for (size_t i = 0; os != NULL && i < sizeof(versions) / sizeof(versions[0]); i++) {
        if (strcmp(os, versions[i].name) == 0) {
            target->major = versions[i].major;
            target->minor = versions[i].minor;
        }
    }
}

static bool complain(const char *path, const struct inf_error *error)
{
    if (error->line != 0)
        cli_usage("run", "%s, line %u: %s", path, error->line, error->text);
    else
        cli_usage("run", "%s: %s", path, error->text);
    return false;
}

/* What it has for an architecture. False with an empty text: said already. */
static bool read_for(struct reading *reading, const struct inf *inf, const char *architecture,
    struct inf_error *error)
{
    struct inf_target target = {.architecture = architecture,
        .context = reading,
        .copy = take_copy,
        .service = take_service};

    windows_version(reading->options->choices.os, &target);
    forget_drivers(reading->drivers, reading->driver_count);
    reading->drivers = NULL;
    reading->driver_count = 0;
    return inf_install(inf, &target, error);
}

/* Its drivers go to the end of reading's list. *architecture: what it is for. */
static bool read_inf(struct reading *reading, const char **architecture)
{
    struct inf_error error;
    size_t size = 0, copies = reading->options->copy_count;
    void *text = read_file(reading->path, &size);

    if (text == NULL) {
        cli_usage("run", "%s: %s", reading->path, plainfile_error(errno));
        return false;
    }
    struct inf *inf = inf_parse(text, size, &error);
    free(text);
    if (inf == NULL)
        return complain(reading->path, &error);
    *architecture = sizeof(void *) == 4 ? "x86" : "amd64";
    bool good = read_for(reading, inf, *architecture, &error);
    if (sizeof(void *) == 8 && !reading->missing && (!good || reading->wants_x86)) {
        struct inf_error other;
        while (reading->options->copy_count > copies) {
            struct run_copy *copy = &reading->options->copies[--reading->options->copy_count];
            free(copy->source);
            free(copy->target);
        }
        if (read_for(reading, inf, "x86", &other)) {
            *architecture = "x86";
            good = true;
        }
    }
    inf_free(inf);
    if (!good && !reading->missing)
        complain(reading->path, &error);
    return good;
}

bool inf_expand(struct run_options *options)
{
    for (size_t i = 0; i < options->driver_count; i++) {
        struct reading reading = {.options = options, .path = options->drivers[i].path};
        if (options->drivers[i].installed || !inf_is_named(reading.path))
            continue;
        if (options->inf_count == INFS_LIMIT) {
            cli_usage("run", "there can be %d INF files", INFS_LIMIT);
            return false;
        }
        struct run_inf *inf = &options->infs[options->inf_count++];
        inf->path = reading.path;
        if (!read_inf(&reading, &inf->architecture)) {
            forget_drivers(reading.drivers, reading.driver_count);
            return false;
        }
        size_t rest = options->driver_count - i - 1;
        struct run_driver *moved = realloc(
            options->drivers, (options->driver_count + reading.driver_count) * sizeof(*moved));
        if (moved == NULL) {
            forget_drivers(reading.drivers, reading.driver_count);
            cli_usage("run", "out of memory");
            return false;
        }
        free(moved[i].name);
        memmove(moved + i + reading.driver_count, moved + i + 1, rest * sizeof(*moved));
        if (reading.driver_count != 0)
            memcpy(moved + i, reading.drivers, reading.driver_count * sizeof(*moved));
        free(reading.drivers);
        options->drivers = moved;
        options->driver_count += reading.driver_count - 1;
        i += reading.driver_count - 1;
    }
    return true;
}

static bool ignore_copy(
    void *context, const char *name, const char *folder, const char *destination)
{
    (void)context;
    (void)name;
    (void)folder;
    (void)destination;
    return true;
}

static bool ignore_service(void *context, const char *service, const char *name, const char *folder)
{
    (void)context;
    (void)service;
    (void)name;
    (void)folder;
    return true;
}

bool inf_write(const struct run_options *options, FILE *registry)
{
    for (size_t i = 0; i < options->inf_count; i++) {
        struct inf_target target = {.architecture = options->infs[i].architecture,
            .registry = registry,
            .copy = ignore_copy,
            .service = ignore_service};
        struct inf_error error;
        size_t size = 0;
        void *text = read_file(options->infs[i].path, &size);
        struct inf *inf = text != NULL ? inf_parse(text, size, &error) : NULL;
        windows_version(options->choices.os, &target);
        bool good = inf != NULL && inf_install(inf, &target, &error);
        inf_free(inf);
        free(text);
        if (!good)
            return text != NULL && complain(options->infs[i].path, &error);
    }
    return true;
}

void inf_forget(struct run_options *options)
{
    for (size_t i = 0; i < options->copy_count; i++) {
        free(options->copies[i].source);
        free(options->copies[i].target);
    }
    free(options->copies);
    forget_drivers(options->drivers, options->driver_count);
}
