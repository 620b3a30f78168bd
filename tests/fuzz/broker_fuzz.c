/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes what a supervisor does for a machine's process in the sandbox: whatever call it is asked
 * for, with whatever names, descriptors and numbers, nothing outside of C: is changed, and what is
 * handed over is in C:, or public and for reading only.
 *
 * An input is calls: one byte which, then its arguments, each a kind and what that takes; see
 * take_argument. The one who asks is this process, so that addresses are ours.
 */
#include <sys/xattr.h>

#include "server/brokerp.h"
#include "tests/fuzz/folder.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 512;

#define SECRET    "it is a secret"
#define ARGUMENTS 5u
#define CALLS     8u /* of an input */

enum { DRIVE, BELOW, FILE_INSIDE, OUTSIDE, FILE_OUTSIDE, DESCRIPTORS };

static struct {
    int descriptor[DESCRIPTORS]; /* as the machine's process has them */
    struct stat secret;
    struct broker broker;
    char drive_c[96];
} place;

static char texts[ARGUMENTS][PATH_MAX];

/* ---- What there is --------------------------------------------------------------------------- */

static void link_in(const char *target, const char *name)
{
    if (symlink(target, folder_path(name)) != 0)
        exit(1);
}

/* C: with a file, a folder, and links that lead out of it; beside it, what is nobody's business. */
static void lay_out(void)
{
    static const struct {
        const char *name;
        int flags;
    } opened[] = {{"c", O_DIRECTORY}, {"c/below", O_DIRECTORY}, {"c/file", O_RDWR},
        {"outside", O_DIRECTORY}, {"outside/secret", O_RDWR}};

    folder_clear();
    if (mkdir(folder_path("outside"), 0700) != 0 || mkdir(folder_path("c"), 0700) != 0 ||
        mkdir(folder_path("c/below"), 0700) != 0)
        exit(1);
    folder_write("outside/secret", SECRET, strlen(SECRET));
    folder_write("c/file", "MZ", 2);
    link_in("../outside", "c/way");
    link_in("../outside/secret", "c/link");
    for (unsigned i = 0; i < DESCRIPTORS; i++) {
        place.descriptor[i] = open(folder_path(opened[i].name), opened[i].flags | O_CLOEXEC);
        if (place.descriptor[i] < 0)
            exit(1);
    }
    fstat(place.descriptor[FILE_OUTSIDE], &place.secret);
}

static void check_outside(void)
{
    struct stat now, outside;
    char bytes[32];

    if (stat(folder_path("outside/secret"), &now) != 0 || now.st_ino != place.secret.st_ino ||
        now.st_mode != place.secret.st_mode || now.st_mtim.tv_sec != place.secret.st_mtim.tv_sec ||
        now.st_mtim.tv_nsec != place.secret.st_mtim.tv_nsec ||
        folder_read("outside/secret", bytes, sizeof(bytes)) != strlen(SECRET) ||
        memcmp(bytes, SECRET, strlen(SECRET)) != 0)
        abort();
    if (flistxattr(place.descriptor[FILE_OUTSIDE], NULL, 0) > 0 ||
        stat(folder_path("outside"), &outside) != 0 || outside.st_nlink != 2 ||
        (outside.st_mode & 0777) != 0700)
        abort();
}

/* What is handed over, and to be closed. */
static void check_answer(int descriptor)
{
    static const char *const folders[] = {"/proc", "/sys/", "/memfd:"};
    char link[32], path[PATH_MAX] = "";
    const size_t length = strlen(place.drive_c);
    struct stat state;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", descriptor);
    if (readlink(link, path, sizeof(path) - 1) < 0 || fstat(descriptor, &state) != 0 ||
        state.st_ino == place.secret.st_ino)
        abort();
    bool good = strncmp(path, place.drive_c, length) == 0 &&
        (path[length] == '\0' || path[length] == '/');
    if (!good && (fcntl(descriptor, F_GETFL) & (O_ACCMODE | O_PATH)) != O_RDONLY)
        abort();
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        good |= strncmp(path, folders[i], strlen(folders[i])) == 0;
    char head[4] = "";
    if (!good &&
        (pread(descriptor, head, 4, 0) < 2 ||
            (memcmp(head, "MZ", 2) != 0 && memcmp(head, "\177ELF", 4) != 0 &&
                memcmp(head, "TZif", 4) != 0)))
        abort();
    close(descriptor);
}

/* ---- What is asked --------------------------------------------------------------------------- */

/* A name, put together of parts; where it is. */
static uint64_t take_name(struct input *input, char *text)
{
    static const char *const parts[] = {"file", "below", "way", "link", "..", ".", "/",
        "/proc/self/fd/", "/proc/self/", "maps", "exe", "new", "secret", "outside", "/dev/null",
        "user.dotsys.a", "/etc/passwd", "/usr/share/zoneinfo/UTC"};
    size_t length = 0;

    for (unsigned count = (unsigned)take(input, 1) % 6; count > 0 && length < PATH_MAX - 128;
         count--) {
        const unsigned which = (unsigned)take(input, 1);
        if (which < sizeof(parts) / sizeof(parts[0]))
            length += (size_t)sprintf(text + length, "%s", parts[which]);
        else if (which < 0x40)
            length += (size_t)sprintf(text + length, "%d", place.descriptor[which % DESCRIPTORS]);
        else if (which < 0x50)
            length += (size_t)sprintf(text + length, "%s", which % 2 != 0 ? place.drive_c : folder);
        else
            text[length++] = (char)take(input, 1);
    }
    text[length] = '\0';
    return (uintptr_t)text;
}

static uint64_t take_argument(struct input *input, unsigned number)
{
    switch (take(input, 1) % 6) {
    case 0:
        return take(input, 1);
    case 1:
        return (uint64_t)place.descriptor[take(input, 1) % DESCRIPTORS];
    case 2:
        return (uint64_t)AT_FDCWD;
    case 3:
        return take(input, 4);
    case 4:
        return take(input, 8);
    default:
        return take_name(input, texts[number]);
    }
}

static void ask(struct input *input)
{
    static int (*const calls[])(struct request *) = {broker_openat, broker_mkdirat, broker_unlinkat,
        broker_renameat, broker_renameat2, broker_chmod, broker_utimensat, broker_utimensat_time64,
        broker_setxattr};
    struct seccomp_notif notif = {.pid = (uint32_t)getpid()};
    struct request request = {.broker = &place.broker, .notif = &notif, .descriptor = -1};
    const unsigned which = (unsigned)take(input, 1);

    for (unsigned i = 0; i < ARGUMENTS; i++)
        notif.data.args[i] = take_argument(input, i);
    request.narrow = (which & 0x80) != 0;
    const int answer = calls[which % (sizeof(calls) / sizeof(calls[0]))](&request);
    if (request.go_on || (request.refused && (answer >= 0 || request.descriptor >= 0)))
        abort();
    if (request.descriptor >= 0)
        check_answer(request.descriptor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size, 0};

    if (folder[0] == '\0') {
        folder_make();
        umask(0);
        snprintf(place.drive_c, sizeof(place.drive_c), "%s/c", folder);
        if (!broker_open(&place.broker))
            exit(1);
        place.broker.process = getpid();
        place.broker.drive_c = place.drive_c;
    }
    lay_out();
    for (unsigned i = 0; i < CALLS && input.at < input.size; i++)
        ask(&input);
    check_outside();
    for (unsigned i = 0; i < DESCRIPTORS; i++)
        close(place.descriptor[i]);
    return 0;
}

/* ---- Seeds ----------------------------------------------------------------------------------- */

#define NAME(...)  5, __VA_ARGS__
#define ONE(part)  NAME(1, part)
#define OF(number) 1, number
#define N(number)  0, number
#define NO_FOLDER  2

#define SEED(...) {{__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__})}

static const struct {
    uint8_t bytes[32], size;
} seeds[] = {
    /* a file in C: */
    SEED(0, OF(DRIVE), ONE(0), N(2), N(0), N(0)),
    SEED(0, OF(DRIVE), NAME(3, 4, 6, 13), N(0), N(0), N(0)),                        /* ../outside */
    SEED(0, OF(DRIVE), ONE(3), N(0), N(0), N(0)),                                   /* a link */
    SEED(0, NO_FOLDER, ONE(14), N(0), N(0), N(0)),                                  /* a device */
    /* /proc/self/maps */
    SEED(0, NO_FOLDER, NAME(2, 8, 9), N(0), N(0), N(0)),
    /* what is open already */
    SEED(0, NO_FOLDER, NAME(2, 7, 0x20 + FILE_OUTSIDE), N(0), N(0), N(0)),
    SEED(1, OF(BELOW), ONE(11), N(0x80), N(0), N(0)),
    SEED(2, OF(DRIVE), ONE(1), N(0), N(0), N(0)),
    SEED(3, OF(DRIVE), ONE(0), OF(OUTSIDE), ONE(11), N(0)),                         /* out of C: */
    SEED(4, OF(DRIVE), ONE(0), OF(BELOW), ONE(11), N(1)),
    SEED(5, NAME(2, 7, 0x20 + FILE_INSIDE), N(0x80), N(0), N(0), N(0)),
    SEED(8, NAME(2, 7, 0x20 + FILE_OUTSIDE), ONE(15), ONE(15), N(4), N(0)),
};

const unsigned fuzz_seeds = sizeof(seeds) / sizeof(seeds[0]);

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    memcpy(data, seeds[which].bytes, seeds[which].size);
    return seeds[which].size;
}
