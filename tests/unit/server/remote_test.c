/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A registry kept by another process: the same as one kept here, whoever dies and whatever is
 * sent. */
#include "server_test.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include "server/store.h"
#include "server/store_remote.h"
#include "server/store_wire.h"

static char message[STORE_MESSAGE_BYTES];
static struct store *store;
static int ends[2]; /* the machine's, the supervisor's */
static pthread_t supervisor;
static struct cm_storage storage_served;

static void *serve(void *storage)
{
    int32_t status = store_serve(ends[1], storage);
    return (void *)(intptr_t)status;
}

static int start(void **state)
{
    (void)state;
    unlink(in_scratch("remote.db"));
    if (store_create(in_scratch("remote.db"), message) != 0 ||
        store_open(in_scratch("remote.db"), &store, message) != 0)
        return -1;
    storage_served = *store_storage(store);
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 &&
            pthread_create(&supervisor, NULL, serve, &storage_served) == 0 ? 0 : -1;
}

/* The supervisor ends because the machine is gone, and by nothing else. */
static int stop(void **state)
{
    (void)state;
    void *status;
    close(ends[0]);
    pthread_join(supervisor, &status);
    close(ends[1]);
    store_close(store);
    return status == NULL ? 0 : -1;
}

static struct store_remote *connect_remote(void)
{
    struct store_remote *remote = NULL;
    assert_status(store_remote_open(ends[0], &remote), 0);
    return remote;
}

static void it_is_the_same(void **state)
{
    (void)state;
    struct store_remote *remote = connect_remote();
    const struct cm_storage *storage = store_remote_storage(remote);
    fill_storage(storage);
    assert_status(storage->flush(storage->context), 0);
    char *text = dump(storage);
    assert_string_equal(text, FILLED_STORAGE);
    free(text);
    assert_status(storage->key_deleted(storage->context, 2, 1), STATUS_CANNOT_DELETE);
    assert_status(storage->key_touched(storage->context, 99, 1), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_status(storage->value_set(storage->context, 2, TEXT(u"Huge"), 3, "", 1000000001, 1),
        STATUS_REGISTRY_QUOTA_LIMIT); /* and is not even read */
    text = dump(store_storage(store));
    assert_string_equal(text, FILLED_STORAGE);
    free(text);
    store_remote_close(remote);
}

static void values_of_any_size_go_through(void **state)
{
    (void)state;
    static const size_t sizes[] = {
        0, 1, 7, 8, 9, 65471, 65472, 65473, 65536, 1u << 20, (1u << 20) + 3, 9u << 20, 5};
    struct store_remote *remote = connect_remote();
    const struct cm_storage *storage = store_remote_storage(remote);
    unsigned char *data = malloc(9u << 20);
    assert_non_null(data);
    for (size_t index = 0; index < 9u << 20; index++)
        data[index] = (unsigned char)(index * 7 >> 2);
    assert_status(make_key(storage, 1, 0, TEXT(u"MACHINE")), 0);
    for (uint16_t index = 0; index < sizeof(sizes) / sizeof(sizes[0]); index++) {
        uint16_t name[2] = {index, 'x'};
        assert_status(storage->value_set(storage->context, 1, (struct cm_storage_text){name, 4}, 3,
                          data, sizes[index], 1),
            0);
    }
    char *over = dump(storage), *direct = dump(store_storage(store));
    assert_string_equal(over, direct);
    assert_true(strlen(over) > 20u << 20);
    free(over);
    free(direct);
    free(data);
    store_remote_close(remote);
}

static int32_t refuse_key(void *context, const struct cm_storage_key *key)
{
    ++*(unsigned *)context;
    return key->id == 2 ? STATUS_INSUFFICIENT_RESOURCES : 0;
}

static void a_refused_load_leaves_the_line_free(void **state)
{
    (void)state;
    struct store_remote *remote = connect_remote();
    const struct cm_storage *storage = store_remote_storage(remote);
    unsigned seen = 0;
    const struct cm_storage_sink sink = {&seen, refuse_key, NULL};
    fill_storage(storage);
    assert_status(storage->load(storage->context, &sink), STATUS_INSUFFICIENT_RESOURCES);
    assert_int_equal(seen, 2);
    char *text = dump(storage);
    assert_string_equal(text, FILLED_STORAGE);
    free(text);
    store_remote_close(remote);
}

/* ---- what is no request ---------------------------------------------------------------------- */

static int32_t raw_request(struct store_wire head, const void *rest, size_t rest_bytes)
{
    struct store_wire reply;
    head.mark = STORE_WIRE_MARK;
    head.bytes = (uint32_t)(sizeof(head) + rest_bytes);
    assert_int_equal(send(ends[0], &head, sizeof(head), 0), sizeof(head));
    assert_int_equal(send(ends[0], rest, rest_bytes, 0), rest_bytes);
    assert_int_equal(recv(ends[0], &reply, sizeof(reply), MSG_WAITALL), sizeof(reply));
    assert_int_equal(reply.verb, STORE_WIRE_REPLY);
    assert_int_equal(reply.bytes, sizeof(reply));
    return reply.status;
}

static void nonsense_is_answered(void **state)
{
    (void)state;
    static const uint16_t name[4] = u"New";
    const struct store_wire hello = {.verb = STORE_WIRE_HELLO, .type = STORE_WIRE_VERSION};
    assert_status(raw_request((struct store_wire){.verb = STORE_WIRE_LOAD}, NULL, 0),
        STATUS_REVISION_MISMATCH);
    assert_status(raw_request((struct store_wire){.verb = STORE_WIRE_HELLO, .type = 999}, NULL, 0),
        STATUS_REVISION_MISMATCH);
    assert_status(raw_request(hello, NULL, 0), 0);
    assert_status(
        raw_request((struct store_wire){.verb = 0}, NULL, 0), STATUS_INVALID_DEVICE_REQUEST);
    assert_status(raw_request((struct store_wire){.verb = STORE_WIRE_REPLY}, NULL, 0),
        STATUS_INVALID_DEVICE_REQUEST);
    assert_status(
        raw_request((struct store_wire){.verb = 65535}, NULL, 0), STATUS_INVALID_DEVICE_REQUEST);
    for (uint16_t verb = STORE_WIRE_HELLO; verb <= STORE_WIRE_FLUSH; verb++) {
        struct store_wire request = {.verb = verb, .key = 1, .name_bytes = 6};
        assert_status(raw_request(request, NULL, 0), STATUS_INVALID_PARAMETER);
        request.name_bytes = 0xFFFFFFFE;
        assert_status(raw_request(request, name, 8), STATUS_INVALID_PARAMETER);
        request.name_bytes = 7;
        assert_status(raw_request(request, name, 8), STATUS_INVALID_PARAMETER);
        request.name_bytes = 6;
        request.class_bytes = request.data_bytes = 0xFFFFFFF8;
        assert_status(raw_request(request, name, 8), STATUS_INVALID_PARAMETER);
    }
    struct store_wire odd = {
        .verb = STORE_WIRE_KEY_CREATED, .key = 1, .name_bytes = 6, .has_security = 1};
    assert_status(raw_request(odd, name, 8), 0);
    odd = (struct store_wire){
        .verb = STORE_WIRE_KEY_CREATED, .key = ~UINT64_C(0), .parent = 1, .name_bytes = 6};
    assert_status(raw_request(odd, name, 8), STATUS_INVALID_PARAMETER);
    odd = (struct store_wire){.verb = STORE_WIRE_VALUE_SET, .key = ~UINT64_C(0), .name_bytes = 6};
    assert_status(raw_request(odd, name, 8), STATUS_OBJECT_NAME_NOT_FOUND);
    struct store_remote *remote = connect_remote(); /* all is well still */
    store_remote_close(remote);
}

/* Each of these ends the connection, and the supervisor's work, but nothing else. */
static void what_is_no_message_ends_it(void **state)
{
    (void)state;
    static const struct store_wire bad[] = {
        {.mark = 1, .bytes = 64},
        {.mark = STORE_WIRE_MARK, .bytes = 0},
        {.mark = STORE_WIRE_MARK, .bytes = 63},
        {.mark = STORE_WIRE_MARK, .bytes = 65},
        {.mark = STORE_WIRE_MARK, .bytes = 0xFFFFFFF8},
    };
    for (size_t index = 0; index < sizeof(bad) / sizeof(bad[0]); index++) {
        int pair[2];
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        assert_int_equal(send(pair[0], &bad[index], sizeof(bad[0]), 0), sizeof(bad[0]));
        assert_status(store_serve(pair[1], store_storage(store)), 0);
        close(pair[0]);
        close(pair[1]);
    }
}

static void noise_is_survived(void **state)
{
    (void)state;
    unsigned seed = 1;
    fill_storage(store_storage(store));
    for (unsigned round = 0; round < 2000; round++) {
        struct {
            struct store_wire head;
            unsigned char rest[64];
        } noise[3];
        unsigned char *at = (unsigned char *)noise;
        int pair[2];
        for (size_t index = 0; index < sizeof(noise); index++)
            at[index] = (unsigned char)((seed = seed * 1103515245 + 12345) >> 16) &
                (round & 1 ? 255 : 7);
        for (unsigned index = 0; index < 3; index++) {
            noise[index].head.mark = STORE_WIRE_MARK;
            noise[index].head.bytes = sizeof(noise[0]);
            noise[index].head.verb %= STORE_WIRE_REPLY + 1;
            if (noise[index].head.verb == STORE_WIRE_LOAD)
                noise[index].head.verb = STORE_WIRE_FLUSH;
            noise[index].head.name_bytes &= 63;
            noise[index].head.class_bytes = 0;
            noise[index].head.data_bytes = 64 - (noise[index].head.name_bytes + 7) / 8 * 8;
        }
        noise[0].head.verb = STORE_WIRE_HELLO;
        noise[0].head.type = STORE_WIRE_VERSION;
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        assert_int_equal(send(pair[0], noise, sizeof(noise), 0), sizeof(noise));
        shutdown(pair[0], SHUT_WR);
        assert_status(store_serve(pair[1], store_storage(store)), 0);
        close(pair[0]);
        close(pair[1]);
    }
    store_close(store); /* and what was carried out of it makes a registry */
    assert_status(store_open(in_scratch("remote.db"), &store, message), 0);
}

/* ---- one that dies --------------------------------------------------------------------------- */

static void a_supervisor_that_dies_is_a_status(void **state)
{
    (void)state;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    pid_t child = fork();
    if (child == 0) {
        struct store_server *server = store_server_open(pair[1], store_storage(store));
        close(pair[0]);
        for (unsigned index = 0; index < 2; index++)
            store_server_answer(server);
        raise(SIGKILL);
    }
    close(pair[1]);
    struct store_remote *remote = NULL;
    assert_status(store_remote_open(pair[0], &remote), 0);
    const struct cm_storage *storage = store_remote_storage(remote);
    const struct cm_storage_sink sink = {stderr, dump_key, dump_value};
    assert_status(storage->key_touched(storage->context, 0, 1), 0);
    assert_status(storage->key_touched(storage->context, 0, 1), STATUS_HOST_DOWN);
    assert_status(storage->flush(storage->context), STATUS_HOST_DOWN);
    assert_status(storage->load(storage->context, &sink), STATUS_HOST_DOWN);
    char *large = calloc(1, 4u << 20);
    assert_status(storage->value_set(storage->context, 1, TEXT(u"x"), 3, large, 4u << 20, 1),
        STATUS_HOST_DOWN);
    free(large);
    store_remote_close(remote);
    assert_status(store_remote_open(pair[0], &remote), STATUS_HOST_DOWN);
    close(pair[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void a_machine_that_dies_is_an_end(void **state)
{
    (void)state;
    for (unsigned bytes = 0; bytes < 80; bytes += 13) {
        int pair[2];
        unsigned char half[80] = {0};
        const struct store_wire head = {
            .mark = STORE_WIRE_MARK, .bytes = 96, .verb = STORE_WIRE_KEY_CREATED};
        memcpy(half, &head, sizeof(head));
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        assert_int_equal(send(pair[0], half, bytes, 0), bytes);
        close(pair[0]);
        assert_status(store_serve(pair[1], store_storage(store)), 0);
        close(pair[1]);
    }
    /* While it is being answered: it has asked for all, and takes nothing. */
    int pair[2];
    const struct store_wire asked[2] = {{.mark = STORE_WIRE_MARK,
                                            .bytes = 64,
                                            .verb = STORE_WIRE_HELLO,
                                            .type = STORE_WIRE_VERSION},
        {.mark = STORE_WIRE_MARK, .bytes = 64, .verb = STORE_WIRE_LOAD}};
    fill_storage(store_storage(store));
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(send(pair[0], asked, sizeof(asked), 0), sizeof(asked));
    close(pair[0]);
    assert_status(store_serve(pair[1], store_storage(store)), 0);
    close(pair[1]);
}

static void a_wrong_version_is_a_status(void **state)
{
    (void)state;
    struct store_wire reply = {.mark = STORE_WIRE_MARK, .bytes = 64, .verb = STORE_WIRE_REPLY,
        .status = STATUS_REVISION_MISMATCH};
    struct store_remote *remote = NULL;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(send(pair[1], &reply, sizeof(reply), 0), sizeof(reply));
    assert_status(store_remote_open(pair[0], &remote), STATUS_REVISION_MISMATCH);
    reply.verb = STORE_WIRE_LOAD; /* no answer at all */
    assert_int_equal(send(pair[1], &reply, sizeof(reply), 0), sizeof(reply));
    assert_status(store_remote_open(pair[0], &remote), STATUS_HOST_DOWN);
    close(pair[0]);
    close(pair[1]);
}

#define TEST_SERVED(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_SERVED(it_is_the_same),
        TEST_SERVED(values_of_any_size_go_through),
        TEST_SERVED(a_refused_load_leaves_the_line_free),
        TEST_SERVED(nonsense_is_answered),
        TEST_SERVED(what_is_no_message_ends_it),
        TEST_SERVED(noise_is_survived),
        TEST_SERVED(a_supervisor_that_dies_is_a_status),
        TEST_SERVED(a_machine_that_dies_is_an_end),
        TEST_SERVED(a_wrong_version_is_a_status),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
