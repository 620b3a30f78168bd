/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes the machine's side of a client's session: whatever the client writes to its channels,
 * whatever services, arguments, pointers and sizes it names and whatever it sends over the socket,
 * the machine goes on, answers or ends the session, and is rid of it when the client has gone. The
 * client's memory is that of a process of its own, which does nothing.
 *
 * An input is a list of actions; see act().
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "kd/kd.h"
#include "numbers.h"
#include "server/channel.h"
#include "server/descriptor.h"
#include "server/session.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/kernel.h"
#include "tests/fuzz/standalone.h"

#define MOST 1024u
#define ACTIONS 24u
#define CHANNELS 4u
#define ARENA 0x10000000u /* in the client's process */
#define ARENA_BYTES 0x10000u
#define ANSWER_NS 2000000 /* what a request may take before the client does something else */
#define END_SECONDS 20    /* what the end of a session may take */

const size_t fuzz_most = MOST;

struct client {
    int ends[2]; /* ours first */
    EPROCESS *process;
    pthread_t thread;
    struct channel *channel[CHANNELS];
    unsigned count, current;
};

static uint8_t *arena;
static pid_t idle; /* whose memory it is */
static dotsys_machine *machine;

/* ---- The input ------------------------------------------------------------------------------- */

enum {
    ZERO,
    SMALL,
    PLACE,
    ANYWHERE,
    HANDLE_LIKE,
    LARGE,
    BEFORE_ZERO,
    SYSTEM,
    AT_END,
    NUMBER,
    KINDS
};

/* An argument: pointers into the arena, what looks like a handle, numbers. */
static uint64_t take_value(struct input *input)
{
    switch (take(input, 1) % KINDS) {
    case SMALL:
        return take(input, 1);
    case PLACE:
        return ARENA + take(input, 1) * 16;
    case ANYWHERE:
        return ARENA + take(input, 2);
    case HANDLE_LIKE:
        return take(input, 1) * 4;
    case LARGE:
        return take(input, 8);
    case BEFORE_ZERO:
        return ~take(input, 1);
    case SYSTEM:
        return (ULONG_PTR)MM_SYSTEM_BASE + take(input, 4);
    case AT_END:
        return ARENA + ARENA_BYTES - take(input, 1);
    case NUMBER:
        return take(input, 4);
    default:
        return 0;
    }
}

/* ---- The client's memory --------------------------------------------------------------------- */

/* Places in the arena, in steps of 16 bytes. */
enum { OUT = 0, STATUS_BLOCK = 2, NO_TIME = 3, FIRST_NAME = 16, BUFFER = 128 };
#define NAME_STEP 16 /* a name's OBJECT_ATTRIBUTES, string and text */

static const WCHAR *const names[] = {u"\\Device\\Null", u"\\Registry\\Machine\\Software",
    u"\\??\\C:\\", u"\\??\\PhysicalDrive0", u"\\BaseNamedObjects", u"\\??\\Transfer",
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Services"};

static void fill_arena(void)
{
    memset(arena, 0, ARENA_BYTES);
    for (size_t i = 0; i < RTL_NUMBER_OF(names); i++) {
        size_t place = (FIRST_NAME + i * NAME_STEP) * 16, length = 0;
        while (names[i][length] != 0)
            length++;
        UNICODE_STRING name = {.Length = (USHORT)(length * 2),
            .MaximumLength = (USHORT)(length * 2),
            .Buffer = (WCHAR *)(uintptr_t)(ARENA + place + 80)};
        OBJECT_ATTRIBUTES attributes = {.Length = sizeof(attributes),
            .Attributes = OBJ_CASE_INSENSITIVE,
            .ObjectName = (UNICODE_STRING *)(uintptr_t)(ARENA + place + 48)};
        memcpy(arena + place, &attributes, sizeof(attributes));
        memcpy(arena + place + 48, &name, sizeof(name));
        memcpy(arena + place + 80, names[i], length * 2);
    }
}

/* A process with the arena in it and nothing to do. */
static void start_idle(void)
{
    int file = memfd_create("arena", MFD_CLOEXEC);
    pid_t self = getpid();

    if (file < 0 || ftruncate(file, ARENA_BYTES) != 0)
        fuzz_fail("no memory for the arena");
    arena = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    idle = fork();
    if (idle == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        void *here = mmap((void *)(uintptr_t)ARENA, ARENA_BYTES, PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_FIXED_NOREPLACE, file, 0);
        if (here == MAP_FAILED)
            _exit(1);
        while (getppid() == self)
            pause();
        _exit(0);
    }
    close(file);
    if (idle < 0 || arena == MAP_FAILED)
        fuzz_fail("no process for the arena");
}

/* ---- The session ----------------------------------------------------------------------------- */

static NTSTATUS create_process(void *context)
{
    struct client *client = context;

    return PsiCreateClientProcess(NULL, NULL, "", "", TRUE, FALSE, &client->process);
}

static NTSTATUS end_process(void *context)
{
    PsiEndProcess(context, STATUS_SUCCESS);
    return STATUS_SUCCESS;
}

static NTSTATUS in_kernel(KE_SERVICE service, void *context)
{
    NTSTATUS status = SysAttach();

    if (NT_SUCCESS(status))
        status = KeEnterKernel(service, context, KernelMode);
    PsDetachHostThread();
    return status;
}

static void *serve(void *argument)
{
    struct client *client = argument;

    session_serve(client->ends[1], client->process, (ULONG)idle);
    in_kernel(end_process, client->process);
    return NULL;
}

static void add_channel(struct client *client)
{
    if (client->count == CHANNELS)
        return;
    int file = memfd_create("channel", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0 || ftruncate(file, CHANNEL_BYTES) != 0 ||
        fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK) != 0)
        fuzz_fail("no channel");
    struct channel *channel = mmap(
        NULL, CHANNEL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (channel == MAP_FAILED)
        fuzz_fail("no channel");
    channel_send(client->ends[0], file);
    close(file);
    client->current = client->count;
    client->channel[client->count++] = channel;
}

static void open_client(struct client *client)
{
    *client = (struct client){0};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, client->ends) != 0)
        fuzz_fail("no socket");
    if (!NT_SUCCESS(in_kernel(create_process, client)))
        fuzz_fail("no process object: the machine has stopped, or is full");
    if (pthread_create(&client->thread, NULL, serve, client) != 0)
        fuzz_fail("no thread");
    add_channel(client);
}

/* As when its process is gone. */
static void close_client(struct client *client)
{
    struct timespec until;

    close(client->ends[0]);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += END_SECONDS;
    if (pthread_timedjoin_np(client->thread, NULL, &until) != 0)
        fuzz_fail("the session does not end");
    close(client->ends[1]);
    for (unsigned i = 0; i < client->count; i++)
        munmap(client->channel[i], CHANNEL_BYTES);
}

/* ---- What it does ---------------------------------------------------------------------------- */

static bool answered(const struct channel *channel)
{
    return atomic_load(&channel->turn) != CHANNEL_SERVER;
}

static void wait_for_answer(const struct channel *channel)
{
    struct timespec start, now;

    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        if (answered(channel))
            return;
        sched_yield();
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - start.tv_sec) * 1000000000 + now.tv_nsec - start.tv_nsec < ANSWER_NS);
}

static void call(struct client *client, struct input *input, uint32_t service)
{
    struct channel *channel = client->channel[client->current];

    if (!answered(channel))
        return;
    channel->present = (1u << CHANNEL_ARGUMENTS) - 1;
    for (unsigned i = 0; i < CHANNEL_ARGUMENTS; i++)
        channel->word[i] = take_value(input);
    channel->service = service;
    channel_pass(channel, CHANNEL_CLIENT, CHANNEL_SERVER);
    wait_for_answer(channel);
}

/* Of the requests that follow. */
static void set_regions(struct client *client, struct input *input)
{
    struct channel *channel = client->channel[client->current];

    channel->region_count = (uint8_t)take(input, 1);
    for (unsigned i = 0; i < CHANNEL_REGIONS; i++)
        channel->region[i] = (struct channel_region){.argument = take(input, 1) & 0xF,
            .use = take(input, 1) & 0xF,
            .bytes = (uint8_t)take_value(input)};
}

static void scribble(uint8_t *target, size_t size, struct input *input)
{
    size_t at = (size_t)take(input, 2) % size;

    for (size_t left = (size_t)take(input, 1) % 64; left > 0 && at < size; left--)
        target[at++] = (uint8_t)take(input, 1);
}

/* What is no channel. */
static void send_other(const struct client *client, struct input *input)
{
    uint8_t bytes[8] = {(uint8_t)take(input, 1)};
    int file = -1;

    switch (take(input, 1) % 4) {
    case 0:
        send(client->ends[0], bytes, take(input, 1) % sizeof(bytes) + 1,
            MSG_DONTWAIT | MSG_NOSIGNAL);
        return;
    case 1:
        file = open("/dev/zero", O_RDWR | O_CLOEXEC);
        break;
    case 2:
        file = memfd_create("unsealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        break;
    default:
        file = memfd_create("small", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        if (file >= 0 && ftruncate(file, 16) == 0)
            fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK);
        break;
    }
    if (file < 0)
        return;
    channel_send(client->ends[0], file);
    close(file);
}

static void act(struct client *client, struct input *input)
{
    unsigned action = (unsigned)take(input, 1);

    switch (action % 10) {
    case 0:
        call(client, input, (uint32_t)take(input, 4));
        break;
    case 1:
        set_regions(client, input);
        break;
    case 2:
        scribble((uint8_t *)client->channel[client->current], CHANNEL_BYTES, input);
        break;
    case 3:
        scribble(arena, ARENA_BYTES, input);
        break;
    case 4:
        send_other(client, input);
        break;
    case 5:
        add_channel(client);
        break;
    case 6:
        client->current = (unsigned)take(input, 1) % client->count;
        break;
    default:
        call(client, input, (uint32_t)take(input, 1) % SYS_NUMBER_COUNT);
        break;
    }
}

/* Once: a machine with, if FUZZ_DRIVER names it, a driver that clients' pointers reach. */
static void start_machine(void)
{
    const char *driver = getenv("FUZZ_DRIVER");

    start_idle();
    machine = fuzz_machine();
    if (driver != NULL && dotsys_driver_start(machine, "fuzzed", driver) != DOTSYS_OK)
        fuzz_fail(dotsys_last_message());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size < MOST ? size : MOST, 0};
    struct client client;

    if (machine == NULL)
        start_machine();
    fill_arena();
    open_client(&client);
    for (unsigned i = 0; i < ACTIONS && input.at < input.size; i++)
        act(&client, &input);
    close_client(&client);
    if (KdGetReport() != NULL)
        fuzz_fail("the machine has stopped");
    return 0;
}

/* ---- Seeds ----------------------------------------------------------------------------------- */

/* A service and its arguments, each a kind and what that takes. */
struct seed_call {
    uint8_t service;
    uint32_t argument[SYS_MOST_ARGUMENTS][2];
};

#define AT(place) {PLACE, place}
#define N(number) {SMALL, number}
#define H(handle) {HANDLE_LIKE, handle}
#define NAME(index) AT(FIRST_NAME + (index) * NAME_STEP)

static const struct seed_call seeds[][6] = {
    {{SYS_NUMBER_CreateEvent, {AT(OUT), {NUMBER, 0x1F0003}, N(0), N(1), N(0)}},
        {SYS_NUMBER_SetEvent, {H(1), AT(OUT)}},
        {SYS_NUMBER_WaitForSingleObject, {H(1), N(1), AT(NO_TIME)}}, {SYS_NUMBER_Close, {H(1)}}},
    {{SYS_NUMBER_OpenFile, {AT(OUT), {NUMBER, 0xC0000000}, NAME(0), AT(STATUS_BLOCK), N(3), N(0)}},
        {SYS_NUMBER_WriteFile,
            {H(1), N(0), N(0), N(0), AT(STATUS_BLOCK), AT(BUFFER), N(64), AT(NO_TIME), N(0)}},
        {SYS_NUMBER_QueryInformationFile, {H(1), AT(STATUS_BLOCK), AT(BUFFER), N(200), N(5)}}},
    {{SYS_NUMBER_OpenKey, {AT(OUT), {NUMBER, 0xF003F}, NAME(1)}},
        {SYS_NUMBER_CreateKey, {AT(OUT), {NUMBER, 0xF003F}, NAME(1), N(0), N(0), N(1), AT(OUT)}},
        {SYS_NUMBER_SetValueKey,
            {H(1), AT(FIRST_NAME + NAME_STEP + 3), N(0), N(3), AT(BUFFER), N(16)}},
        {SYS_NUMBER_EnumerateValueKey, {H(1), N(0), N(1), AT(BUFFER), N(250), AT(OUT)}},
        {SYS_NUMBER_QueryValueKey,
            {H(1), AT(FIRST_NAME + NAME_STEP + 3), N(2), AT(BUFFER), N(250), AT(OUT)}},
        {SYS_NUMBER_NotifyChangeKey,
            {H(1), N(0), N(0), N(0), AT(STATUS_BLOCK), N(15), N(0), N(0), N(0), N(1)}}},
    {{SYS_NUMBER_OpenFile, {AT(OUT), {NUMBER, 0xC0000000}, NAME(5), AT(STATUS_BLOCK), N(3), N(0)}},
        {SYS_NUMBER_DeviceIoControlFile,
            {H(1), N(0), N(0), N(0), AT(STATUS_BLOCK), {NUMBER, 0x222003}, AT(BUFFER), N(100),
                AT(BUFFER + 32), N(100)}}},
    {{SYS_NUMBER_OpenFile, {AT(OUT), {NUMBER, 0xC0000000}, NAME(2), AT(STATUS_BLOCK), N(7), N(1)}},
        {SYS_NUMBER_QueryDirectoryFile,
            {H(1), N(0), N(0), N(0), AT(STATUS_BLOCK), AT(BUFFER), N(250), N(3), N(0), N(0), N(1)}},
        {SYS_NUMBER_QueryVolumeInformationFile,
            {H(1), AT(STATUS_BLOCK), AT(BUFFER), N(250), N(3)}}},
    {{SYS_NUMBER_CreateIoCompletion, {AT(OUT), {NUMBER, 0x1F0003}, N(0), N(1)}},
        {SYS_NUMBER_SetIoCompletion, {H(1), N(1), N(2), N(3), N(4)}},
        {SYS_NUMBER_RemoveIoCompletion,
            {H(1), AT(OUT), AT(OUT + 1), AT(STATUS_BLOCK), AT(NO_TIME)}},
        {SYS_NUMBER_RemoveIoCompletionEx, {H(1), AT(BUFFER), N(8), AT(OUT), AT(NO_TIME), N(0)}}},
    {{SYS_NUMBER_QueueApcThread, {{BEFORE_ZERO, 1}, AT(BUFFER), N(1), N(2), N(3)}},
        {SYS_NUMBER_DelayExecution, {N(1), AT(NO_TIME)}},
        {SYS_NUMBER_QueryInformationThread, {{BEFORE_ZERO, 1}, N(0), AT(BUFFER), N(64), AT(OUT)}},
        {SYS_NUMBER_SuspendThread, {{BEFORE_ZERO, 1}, AT(OUT)}}},
    {{SYS_NUMBER_CreateMutant, {AT(OUT), {NUMBER, 0x1F0003}, N(0), N(1)}},
        {SYS_NUMBER_CreateSemaphore, {AT(OUT), {NUMBER, 0x1F0003}, N(0), N(1), N(2)}},
        {SYS_NUMBER_CreateTimer, {AT(OUT), {NUMBER, 0x1F0003}, N(0), N(0)}},
        {SYS_NUMBER_SetTimer, {H(3), AT(NO_TIME), AT(BUFFER), N(0), N(0), N(5), AT(OUT)}},
        {SYS_NUMBER_DuplicateObject,
            {{BEFORE_ZERO, 0}, H(2), {BEFORE_ZERO, 0}, AT(OUT), N(0), N(0), N(2)}},
        {SYS_NUMBER_WaitForMultipleObjects, {N(2), AT(OUT), N(1), N(0), AT(NO_TIME)}}},
};

/* And one of each service with zeros. */
const unsigned fuzz_seeds = RTL_NUMBER_OF(seeds) + SYS_NUMBER_COUNT / 8;

static size_t write_call(const struct seed_call *from, uint8_t *data)
{
    size_t at = 0;

    data[at++] = 9;
    data[at++] = from->service;
    for (unsigned i = 0; i < CHANNEL_ARGUMENTS; i++) {
        uint32_t kind = i < SYS_MOST_ARGUMENTS ? from->argument[i][0] : ZERO;
        unsigned bytes = kind == ZERO          ? 0
            : kind == LARGE                    ? 8
            : kind == NUMBER || kind == SYSTEM ? 4
            : kind == ANYWHERE                 ? 2
                                               : 1;
        data[at++] = (uint8_t)kind;
        for (unsigned byte = 0; byte < bytes; byte++)
            data[at++] = byte < 4 ? (uint8_t)(from->argument[i][1] >> (8 * byte)) : 0;
    }
    return at;
}

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    size_t at = 0;

    if (which < RTL_NUMBER_OF(seeds)) {
        for (unsigned i = 0;
             i < RTL_NUMBER_OF(seeds[which]) && (i == 0 || seeds[which][i].service != 0); i++)
            at += write_call(&seeds[which][i], data + at);
        return at;
    }
    for (unsigned i = 0; i < 8; i++) {
        const struct seed_call zeros = {
            .service = (uint8_t)((which - RTL_NUMBER_OF(seeds)) * 8 + i)};
        at += write_call(&zeros, data + at);
    }
    return at;
}
