/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The files of a bugcheck: NAME.txt, NAME.json and NAME.dmp in a folder. Each is written under
 * another name first and is there whole or not at all; one that cannot be written leaves nothing
 * and does not keep the others from being there.
 */
#include "crash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool write_all(int file, const void *data, size_t size)
{
    const char *bytes = data;

    while (size > 0) {
        ssize_t written = write(file, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return fsync(file) == 0 || errno == EINVAL; /* a pipe or a device cannot */
}

bool crash_write_file(int folder, const char *name, const void *data, size_t size)
{
    char begun[300];

    snprintf(begun, sizeof(begun), ".%s", name);
    int file = openat(folder, begun, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool done = file >= 0 && write_all(file, data, size);
    int error = errno;
    if (file >= 0 && close(file) != 0 && done) {
        error = errno;
        done = false;
    }
    if (done && renameat(folder, begun, folder, name) == 0)
        return true;
    error = done ? errno : error;
    unlinkat(folder, begun, 0);
    errno = error;
    return false;
}

static void complain(struct crash_files *files, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void complain(struct crash_files *files, const char *format, ...)
{
    size_t length = strlen(files->trouble);
    va_list arguments;

    if (length > 0)
        length += (size_t)snprintf(files->trouble + length, sizeof(files->trouble) - length, "\n");
    if (length >= sizeof(files->trouble))
        return;
    va_start(arguments, format);
    vsnprintf(files->trouble + length, sizeof(files->trouble) - length, format, arguments);
    va_end(arguments);
}

/* ---- The three ------------------------------------------------------------------------------- */

struct crash_set {
    struct crash_files *files;
    const char *name;
    int folder;
};

static bool write_one(
    const struct crash_set *set, const char *extension, const void *data, size_t size)
{
    char name[280];

    snprintf(name, sizeof(name), "%s.%s", set->name, extension);
    if (data == NULL)
        errno = ENOMEM;
    else if (crash_write_file(set->folder, name, data, size))
        return true;
    complain(set->files, "%s/%s cannot be written: %s", set->files->folder, name, strerror(errno));
    return false;
}

static bool write_object(const struct crash_set *set, json_object *object)
{
    const char *text = json_object_to_json_string_ext(
        object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);
    bool done = write_one(set, "json", text, text != NULL ? strlen(text) : 0);

    json_object_put(object);
    return done;
}

static bool write_dump(const struct crash_set *set, const KD_CRASH *crash,
    const struct crash_memory *memory, const char *report)
{
    size_t size = 0;
    uint8_t *dump = crash_dump(crash, memory, report, &size);
    bool done = write_one(set, "dmp", dump, size);

    free(dump);
    return done;
}

static bool write_set(
    const struct crash_set *set, const KD_CRASH *crash, const struct crash_memory *memory)
{
    struct crash_names *names = crash_names_open(crash);
    char *report = crash_text(crash, names, KD_CRASH_COMPLETE);
    bool done = write_one(set, "txt", report, report != NULL ? strlen(report) : 0);

    done &= write_object(set, crash_json(crash, names));
    done &= write_dump(set, crash, memory, report != NULL ? report : "");
    free(report);
    free(names);
    return done;
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* The time, so that they sort, and the process, so that no two are the same. */
static void make_name(char *name, size_t size, pid_t process)
{
    char when[32];
    time_t now = time(NULL);
    struct tm parts;

    strftime(when, sizeof(when), "%Y-%m-%d-%H%M%S", gmtime_r(&now, &parts));
    snprintf(name, size, "%s-%d", when, (int)process);
}

static void put_command_line(char *text, size_t size, const struct crash_files *files)
{
    size_t length = (size_t)snprintf(text, size, "dotsys");

    for (int i = 0; i < files->argc && length < size; i++)
        length += (size_t)snprintf(text + length, size - length,
            strpbrk(files->argv[i], " \t\"\\") != NULL ? " '%s'" : " %s", files->argv[i]);
}

/* What only files say: which one the machine's process was started from, and versions of
 * drivers. */
static void put_images(KD_CRASH *crash, pid_t process)
{
    char link[64];

    snprintf(link, sizeof(link), "/proc/%d/exe", (int)process);
    for (ULONG i = 0; i < crash->ModuleCount; i++) {
        KD_CRASH_MODULE *module = &crash->Module[i];
        ssize_t length = module->Own
            ? readlink(link, module->HostPath, sizeof(module->HostPath) - 1)
            : -1;
        struct crash_image image;
        if (module->Own)
            module->HostPath[length > 0 ? length : 0] = '\0';
        crash_image_read(module->HostPath, &image);
        if (image.version[0] != 0 || image.version[1] != 0)
            snprintf(module->Version, sizeof(module->Version), "%u.%u.%u.%u",
                image.version[0] >> 16, image.version[0] & 0xFFFF, image.version[1] >> 16,
                image.version[1] & 0xFFFF);
    }
}

/* Opens the folder, and says what the files in it are to be called. False: it cannot be, which is
 * said. */
static bool open_set(
    struct crash_set *set, struct crash_files *files, char *name, size_t size, pid_t process)
{
    make_name(name, size, process);
    *set = (struct crash_set){.files = files, .name = name};
    mkdir(files->folder, 0700); /* one that is there will do */
    set->folder = open(files->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (set->folder < 0)
        complain(files, "the report cannot be kept in %s: %s", files->folder, strerror(errno));
    return set->folder >= 0;
}

static void close_set(const struct crash_set *set, bool written)
{
    if (written)
        snprintf(set->files->name, sizeof(set->files->name), "%s", set->name);
    close(set->folder);
}

static void write_files(struct crash_files *files, const KD_CRASH *crash,
    const struct crash_memory *memory, pid_t process)
{
    struct crash_set set;
    char name[256];

    if (open_set(&set, files, name, sizeof(name), process))
        close_set(&set, write_set(&set, crash, memory));
}

void crash_keep(struct crash_files *files, const struct crash_inbox *inbox, pid_t process,
    int socket, const struct record *record)
{
    struct crash_memory memory = {0};

    put_command_line(inbox->crash->CommandLine, sizeof(inbox->crash->CommandLine), files);
    if (files->folder == NULL) {
        crash_answer(socket, record);
        return;
    }
    if (!crash_memory_take(&memory, inbox->crash, process))
        complain(files, "the minidump is without the machine's memory: out of memory");
    if (memory.why[0] != '\0')
        complain(files, "the minidump is not complete: %s", memory.why);
    put_images(inbox->crash, process);
    crash_answer(socket, record); /* the machine goes on while files are written */
    write_files(files, inbox->crash, &memory, process);
    crash_memory_free(&memory);
}

/* ---- A process that died --------------------------------------------------------------------- */

void crash_note_line(struct crash_files *files, const struct record *record)
{
    struct crash_line *line = &files->lines[files->line_count++ % CRASH_LINES];

    snprintf(line->source, sizeof(line->source), "%.*s", (int)record->text[0].size,
        record->text[0].bytes);
    snprintf(
        line->text, sizeof(line->text), "%.*s", (int)record->text[1].size, record->text[1].bytes);
}

/* The lines kept, oldest first; NULL: no more. */
static const struct crash_line *next_line(const struct crash_files *files, size_t *next)
{
    const size_t first = files->line_count > CRASH_LINES ? files->line_count - CRASH_LINES : 0;

    if (*next < first)
        *next = first;
    return *next < files->line_count ? &files->lines[(*next)++ % CRASH_LINES] : NULL;
}

static bool write_death(
    const struct crash_set *set, const char *what, const char *during, const char *command)
{
    const struct crash_line *line;
    char *text = NULL;
    size_t size = 0, next = 0;
    FILE *stream = open_memstream(&text, &size);

    if (stream == NULL)
        return write_one(set, "txt", NULL, 0);
    fprintf(stream, "DIED the process that held the machine %s\n", what);
    if (during[0] != '\0')
        fprintf(stream, "DURING %s\n", during);
    fprintf(stream, "\nLAST LINES PRINTED\n");
    while ((line = next_line(set->files, &next)) != NULL)
        fprintf(stream, "  [%s] %s\n", line->source, line->text);
    fprintf(stream, "\nMACHINE\n  dotsys " DOTSYS_VERSION "\n  %s\n", command);
    bool done = fclose(stream) == 0 && write_one(set, "txt", text, size);
    free(text);
    return done;
}

static bool write_death_json(
    const struct crash_set *set, const char *what, const char *during, const char *command)
{
    json_object *object = json_object_new_object(), *lines = json_object_new_array(),
                *machine = json_object_new_object();
    const struct crash_line *line;
    size_t next = 0;

    json_add_string(object, "died", what);
    json_add_text(object, "during", during, strlen(during));
    while ((line = next_line(set->files, &next)) != NULL) {
        json_object *one = json_object_new_object();
        json_add_text(one, "log", line->text, strlen(line->text));
        json_add_text(one, "source", line->source, strlen(line->source));
        json_object_array_add(lines, one);
    }
    json_object_object_add(object, "last_lines", lines);
    json_add_string(machine, "dotsys", DOTSYS_VERSION);
    json_add_text(machine, "command", command, strlen(command));
    json_object_object_add(object, "machine", machine);
    return write_object(set, object);
}

void crash_keep_death(
    struct crash_files *files, pid_t process, const char *what, const char *during)
{
    char name[256], command[1024];
    struct crash_set set;

    put_command_line(command, sizeof(command), files);
    if (files->folder == NULL || !open_set(&set, files, name, sizeof(name), process))
        return;
    bool written = write_death(&set, what, during, command);
    written &= write_death_json(&set, what, during, command);
    close_set(&set, written);
}
