/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See session.h. Nothing in a channel is believed: what a request says is copied once before it is
 * looked at, and a file that could shrink under us is refused. A thread that a driver does not let
 * go of stays, with its channel, when its client has gone; the rest of the client is taken down
 * under it only once it has left.
 */
#include "server/session.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "mm/space.h"
#include "numbers.h"
#include "ps/context.h"
#include "server/channel.h"

_Static_assert(
    CHANNEL_REGIONS == MM_MOST_REGIONS && CHANNEL_REGION_BYTES == MM_REGION_BYTES, "one for one");
_Static_assert(CHANNEL_CONTEXT_BYTES == sizeof(KE_USER_CONTEXT), "one for one");

#define MOST_THREADS 1024u /* of one client */
#define LOOK_AGAIN_MS 10
/* of a thread, which is in the kernel on another: few addresses that are ours, and no client's */
#define STACK_BYTES (256u << 10)

struct worker {
    struct worker *next;
    struct session *session;
    struct channel *channel;
    pthread_t thread;
    ETHREAD *kernel_thread; /* referenced; NULL: not attached yet, or never. Under the session's
                               lock */
    bool gone;              /* the client is: nothing is to be begun. Under the session's lock */
    struct channel_routine *routines; /* of the service under way, for the client to call */
    uint32_t routine_count, routine_room;
};

struct session {
    struct session *next; /* of all, under sessions_lock */
    int socket;
    EPROCESS *process;
    ULONG host_process; /* the client's number for Linux */
    pthread_mutex_t lock;
    struct worker *workers;
    unsigned count;
    bool ending;
};

static pthread_mutex_t sessions_lock = PTHREAD_MUTEX_INITIALIZER;
static struct session *sessions;
static _Thread_local struct worker *this_worker;

/* ---- A thread's requests --------------------------------------------------------------------- */

/* A user APC of the service under way: the client calls its routine. */
static void defer(void *routine, void *context, void *argument1, void *argument2)
{
    struct worker *worker = this_worker;

    if (worker->routine_count == worker->routine_room) {
        uint32_t room = worker->routine_room * 2 + 8;
        struct channel_routine *moved = realloc(worker->routines, room * sizeof(*moved));
        if (moved == NULL)
            return; /* as when a client's own stack has no room for it */
        worker->routines = moved;
        worker->routine_room = room;
    }
    worker->routines[worker->routine_count++] = (struct channel_routine){(uintptr_t)routine,
        {(uintptr_t)context, (uintptr_t)argument1, (uintptr_t)argument2}};
}

/* Answers, with as many routines as there is room for. False: the client is gone. */
static bool answer(struct worker *worker, NTSTATUS status)
{
    struct channel *channel = worker->channel;
    uint32_t count = worker->routine_count < CHANNEL_ROUTINES ? worker->routine_count
                                                              : CHANNEL_ROUTINES;

    if (count > 0) {
        memcpy(channel->routine, worker->routines, count * sizeof(*worker->routines));
        worker->routine_count -= count;
        memmove(worker->routines, worker->routines + count,
            worker->routine_count * sizeof(*worker->routines));
    }
    channel->routine_count = count;
    channel->more = worker->routine_count > 0;
    channel->status = status;
    return channel_pass(channel, CHANNEL_SERVER, CHANNEL_CLIENT);
}

/* Passes the turn for an errand and waits for its end. 0 or an errno. */
static int have_errand_run(struct channel *channel)
{
    channel->routine_count = CHANNEL_ERRAND;
    if (!channel_pass(channel, CHANNEL_SERVER, CHANNEL_CLIENT) ||
        channel_wait(channel, CHANNEL_CLIENT) != CHANNEL_SERVER ||
        __atomic_load_n(&channel->service, __ATOMIC_RELAXED) != CHANNEL_DONE)
        return ESRCH;
    return __atomic_load_n(&channel->status, __ATOMIC_RELAXED);
}

/* Has the client do something with its memory that nobody else can, on the thread that waits for
 * its service. */
static int run_errand(const MM_SPACE *space, const MM_ERRAND *errand)
{
    static const enum channel_errand kinds[] = {[MM_ERRAND_MAP] = ERRAND_MAP,
        [MM_ERRAND_UNMAP] = ERRAND_UNMAP,
        [MM_ERRAND_PROTECT] = ERRAND_PROTECT,
        [MM_ERRAND_DISCARD] = ERRAND_DISCARD,
        [MM_ERRAND_FLUSH] = ERRAND_FLUSH};
    struct worker *worker = this_worker;

    if (worker == NULL || worker->session->process->Space != space)
        return ENOTSUP;
    struct channel *channel = worker->channel;
    channel->word[ERRAND_KIND] = kinds[errand->Kind];
    channel->word[ERRAND_ADDRESS] = errand->Address;
    channel->word[ERRAND_BYTES] = errand->Bytes;
    channel->word[ERRAND_PROTECTION] = errand->Protection;
    channel->word[ERRAND_FILE] = (uint64_t)(errand->File + 1);
    channel->word[ERRAND_OFFSET] = errand->Offset;
    channel->word[ERRAND_SHARED] = errand->Shared;
    channel->word[ERRAND_PROCESS] = host_process_id();
    return have_errand_run(channel);
}

/* See ps/context.h. */
static NTSTATUS exchange_context(KE_USER_CONTEXT *user, BOOLEAN set)
{
    struct worker *worker = this_worker;

    if (worker == NULL)
        return STATUS_NOT_SUPPORTED;
    struct channel *channel = worker->channel;
    channel->word[ERRAND_KIND] = set ? ERRAND_SET_CONTEXT : ERRAND_GET_CONTEXT;
    if (set)
        memcpy(channel->context, user, sizeof(*user));
    if (have_errand_run(channel) != 0)
        return STATUS_HOST_DOWN;
    if (!set)
        memcpy(user, channel->context, sizeof(*user));
    return STATUS_SUCCESS;
}

/* Of what the client may change meanwhile: what is looked at twice is read once. */
#define ONCE(place) (*(const volatile __typeof__(place) *)&(place))

/* Takes the arguments. Returns how many words they are. */
static unsigned take_arguments(const struct channel *channel, uint64_t argument[CHANNEL_ARGUMENTS])
{
    unsigned words = 0;

    memset(argument, 0, CHANNEL_ARGUMENTS * sizeof(*argument));
    for (unsigned present = ONCE(channel->present) % (1u << CHANNEL_ARGUMENTS); present != 0;
         present &= present - 1)
        argument[__builtin_ctz(present)] = channel->word[words++];
    return words;
}

/*
 * Takes the parts of the client's memory that came along; what is in them begins at that word. What
 * the service does to them it does here: a line of memory the client waits at is touched once, at
 * the end.
 */
static void take_regions(
    const struct channel *channel, unsigned word, const uint64_t *argument, MM_REGIONS *regions)
{
    const unsigned count = ONCE(channel->region_count);

    regions->Count = count < CHANNEL_REGIONS ? count : CHANNEL_REGIONS;
    for (unsigned i = 0; i < regions->Count; i++) {
        const struct channel_region given = ONCE(channel->region[i]);
        const UCHAR bytes = given.bytes <= CHANNEL_REGION_BYTES ? given.bytes : 0;
        const bool is_argument = given.argument < CHANNEL_ARGUMENTS;
        MM_REGION *region = &regions->Region[i];
        *region = (MM_REGION){.Address = is_argument ? (ULONG_PTR)argument[given.argument] : 0,
            .Bytes = is_argument ? bytes : 0,
            .Begin = bytes,
            .Written = given.use == CHANNEL_WRITTEN};
        for (unsigned at = 0; !region->Written && at < CHANNEL_REGION_WORDS; at++)
            region->Data[at] = channel->word[word++];
    }
}

/* What was written in them, by the place of each in the client's list. */
static void give_regions_back(struct channel *channel, const MM_REGIONS *regions)
{
    for (unsigned i = 0; i < regions->Count; i++) {
        const MM_REGION *region = &regions->Region[i];
        channel->written[i] = (struct channel_written){region->Begin, region->End};
        if (region->Written)
            memcpy(&channel->word[i * CHANNEL_REGION_WORDS], region->Data, sizeof(region->Data));
    }
    channel->region_count = (uint8_t)regions->Count;
}

/* A 32-bit client has numbers and addresses of 32 bits, and handles that are negative ones. */
static bool arguments_have_32_bits(const uint64_t *argument, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (argument[i] != (uint32_t)argument[i] && argument[i] != (uint64_t)(int32_t)argument[i])
            return false;
    }
    return true;
}

static NTSTATUS carry_out(const EPROCESS *process, struct channel *channel, uint32_t service)
{
    uint64_t argument[CHANNEL_ARGUMENTS];
    MM_REGIONS regions;

    if (service >= SYS_NUMBER_COUNT)
        return STATUS_INVALID_SYSTEM_SERVICE;
    const unsigned words = take_arguments(channel, argument);
    if (process->Wow64 && !arguments_have_32_bits(argument, SysDispatchTable[service].Count))
        return STATUS_ACCESS_VIOLATION;
    take_regions(channel, words, argument, &regions);
    MmRefreshClientPages();
    KiHostThread->Regions = &regions;
    NTSTATUS status = SysDispatchTable[service].Routine(argument);
    if (KeAttached())
        KiHostThread->Regions = NULL;
    MmReleaseClientPages();
    give_regions_back(channel, &regions);
    return status;
}

static void serve_requests(struct worker *worker, unsigned spins)
{
    struct channel *channel = worker->channel;
    struct channel_patience patience = channel_patience(spins);
    NTSTATUS status = STATUS_SUCCESS;

    while (channel_wait_patiently(channel, CHANNEL_CLIENT, &patience) == CHANNEL_SERVER) {
        uint32_t service = __atomic_load_n(&channel->service, __ATOMIC_RELAXED);
        if (service == CHANNEL_LEAVE)
            return;
        if (service != CHANNEL_MORE)
            status = carry_out(worker->session->process, channel, service);
        if (!answer(worker, status))
            return;
    }
}

/* ---- Threads --------------------------------------------------------------------------------- */

static void unlink_worker(struct worker *worker)
{
    struct session *session = worker->session;

    pthread_mutex_lock(&session->lock);
    if (!session->ending) {
        struct worker **link = &session->workers;
        while (*link != worker)
            link = &(*link)->next;
        *link = worker->next;
        session->count--;
        pthread_detach(worker->thread);
    }
    bool mine = !session->ending;
    pthread_mutex_unlock(&session->lock);
    if (!mine)
        return; /* who ends the session joins and frees */
    munmap(worker->channel, CHANNEL_BYTES);
    free(worker);
}

static NTSTATUS reference_current(void *context)
{
    ETHREAD **thread = context;

    *thread = PsiCurrentThread();
    ObiReference(*thread);
    return STATUS_SUCCESS;
}

static NTSTATUS dereference_thread(void *context)
{
    ObfDereferenceObject(context);
    return STATUS_SUCCESS;
}

/* Drivers and the client know the thread by the client's number, if it is one of its threads'. */
static HANDLE told_thread(const struct worker *worker)
{
    uint32_t thread = __atomic_load_n(&worker->channel->thread, __ATOMIC_RELAXED);

    return host_process_has_thread(worker->session->host_process, thread)
        ? (HANDLE)(ULONG_PTR)thread
        : NULL;
}

static PS_BLOCKS told_blocks(const struct worker *worker)
{
    const uint64_t *block = worker->channel->block;

    return (PS_BLOCKS){.Peb = block[CHANNEL_PEB],
        .Wow64Peb = block[CHANNEL_WOW64_PEB],
        .ImageBase = block[CHANNEL_IMAGE_BASE],
        .Teb = block[CHANNEL_TEB]};
}

static void *worker_thread(void *argument)
{
    struct worker *worker = argument;
    struct session *session = worker->session;
    ETHREAD *thread = NULL;

    this_worker = worker;
    const PS_BLOCKS blocks = told_blocks(worker);
    NTSTATUS status = PsAttachClientThread(session->process, told_thread(worker), &blocks);
    if (NT_SUCCESS(status))
        status = KeEnterKernel(reference_current, &thread, KernelMode);
    pthread_mutex_lock(&session->lock);
    worker->kernel_thread = thread;
    bool gone = worker->gone;
    pthread_mutex_unlock(&session->lock);
    if (NT_SUCCESS(status) && !gone)
        serve_requests(worker, host_processor_count() > 1 ? CHANNEL_SPINS : 0);
    else if (channel_wait(worker->channel, CHANNEL_CLIENT) == CHANNEL_SERVER)
        answer(worker, status);
    pthread_mutex_lock(&session->lock);
    worker->kernel_thread = NULL;
    pthread_mutex_unlock(&session->lock);
    if (thread != NULL)
        KeEnterKernel(dereference_thread, thread, KernelMode);
    PsDetachHostThread();
    free(worker->routines);
    worker->routines = NULL;
    unlink_worker(worker);
    return NULL;
}

/* Maps a channel a client sent. NULL: it is none. */
static struct channel *map_channel(int file)
{
    struct stat stat;
    int seals = fcntl(file, F_GET_SEALS);

    if (seals < 0 || (seals & F_SEAL_SHRINK) == 0 || fstat(file, &stat) != 0 ||
        stat.st_size < (off_t)CHANNEL_BYTES)
        return NULL;
    void *channel = mmap(NULL, CHANNEL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    return channel != MAP_FAILED ? channel : NULL;
}

static void kill_channel(struct channel *channel)
{
    atomic_store(&channel->turn, CHANNEL_DEAD);
    channel_wake(&channel->turn);
}

static int start_thread(struct worker *worker)
{
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);

    if (error != 0)
        return error;
    error = pthread_attr_setstacksize(&attributes, STACK_BYTES);
    if (error == 0)
        error = pthread_create(&worker->thread, &attributes, worker_thread, worker);
    pthread_attr_destroy(&attributes);
    return error;
}

static void add_worker(struct session *session, int file)
{
    struct channel *channel = map_channel(file);
    struct worker *worker = channel != NULL ? calloc(1, sizeof(*worker)) : NULL;

    close(file);
    if (channel == NULL)
        return;
    if (worker == NULL) {
        kill_channel(channel);
        munmap(channel, CHANNEL_BYTES);
        return;
    }
    *worker = (struct worker){.session = session, .channel = channel};
    pthread_mutex_lock(&session->lock);
    bool full = session->count == MOST_THREADS;
    if (!full && start_thread(worker) == 0) {
        worker->next = session->workers;
        session->workers = worker;
        session->count++;
        pthread_mutex_unlock(&session->lock);
        return;
    }
    pthread_mutex_unlock(&session->lock);
    kill_channel(channel);
    munmap(channel, CHANNEL_BYTES);
    free(worker);
}

/* ---- The end of a client --------------------------------------------------------------------- */

static NTSTATUS end_waits(void *context)
{
    ETHREAD *thread = context;

    PsiEndSuspension(thread);
    KeEndUserWaits(&thread->Tcb);
    IoiCancelThread(thread);
    return STATUS_SUCCESS;
}

/* A request it sends, or a wait it begins, after one look is found by the next. */
static void hurry(struct worker *worker)
{
    pthread_mutex_lock(&worker->session->lock);
    if (worker->kernel_thread != NULL && NT_SUCCESS(SysAttach()))
        KeEnterKernel(end_waits, worker->kernel_thread, KernelMode);
    pthread_mutex_unlock(&worker->session->lock);
}

/* Joins a thread that ends within some milliseconds. */
static bool has_ended(const struct worker *worker)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += LOOK_AGAIN_MS * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    return pthread_timedjoin_np(worker->thread, NULL, &until) == 0;
}

/* Has every thread of the client come back, and waits for it. */
static void end_session(struct session *session)
{
    pthread_mutex_lock(&session->lock);
    session->ending = true;
    for (struct worker *worker = session->workers; worker != NULL; worker = worker->next) {
        worker->gone = true;
        kill_channel(worker->channel);
    }
    pthread_mutex_unlock(&session->lock);
    while (session->workers != NULL) {
        struct worker *worker = session->workers;
        while (!has_ended(worker))
            hurry(worker);
        session->workers = worker->next;
        munmap(worker->channel, CHANNEL_BYTES);
        free(worker);
    }
    PsDetachHostThread();
}

/* ---- A thread that is wanted ----------------------------------------------------------------- */

static void link_session(struct session *session)
{
    pthread_mutex_lock(&sessions_lock);
    session->next = sessions;
    sessions = session;
    pthread_mutex_unlock(&sessions_lock);
}

static void unlink_session(struct session *session)
{
    pthread_mutex_lock(&sessions_lock);
    struct session **link = &sessions;
    while (*link != session)
        link = &(*link)->next;
    *link = session->next;
    pthread_mutex_unlock(&sessions_lock);
}

/* See ps/context.h. At the end of a session its threads come back by themselves. */
static void interrupt_client(ETHREAD *thread)
{
    pthread_mutex_lock(&sessions_lock);
    struct session *session = sessions;
    while (session != NULL && session->process != thread->Owner)
        session = session->next;
    if (session != NULL) {
        pthread_mutex_lock(&session->lock);
        struct worker *worker = session->workers;
        while (worker != NULL && worker->kernel_thread != thread)
            worker = worker->next;
        if (worker != NULL) {
            atomic_store(&worker->channel->wanted, 1);
            send(session->socket, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
        }
        pthread_mutex_unlock(&session->lock);
    }
    pthread_mutex_unlock(&sessions_lock);
}

void session_serve(int socket, EPROCESS *process, ULONG host_process)
{
    struct session session = {
        .socket = socket, .process = process, .host_process = host_process};
    int file;

    KeDeferUserApc = defer;
    MmRunErrand = run_errand;
    PsExchangeUserContext = exchange_context;
    PsInterruptClient = interrupt_client;
    MmServeClients();
    process->Space = MmCreateSpace(host_process, process->Wow64);
    if (process->Space == NULL || pthread_mutex_init(&session.lock, NULL) != 0)
        return;
    link_session(&session);
    while ((file = channel_receive(socket)) >= 0)
        add_worker(&session, file);
    unlink_session(&session);
    end_session(&session);
    pthread_mutex_destroy(&session.lock);
}
