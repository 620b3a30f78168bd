/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes what a supervisor takes from others: requests of clients at the machine's socket, records
 * of the machine's process, and its registry messages. Whatever the packets are, they are refused
 * or give texts that lie in memory of the reader's, and a request that is accepted and sent again
 * says the same.
 *
 * An input is packets: the first byte chooses who reads, then each is two bytes of length and its
 * bytes.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/control.h"
#include "server/store_remote.h"
#include "server/store_wire.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"

#define MOST 4096u

const size_t fuzz_most = MOST;

/* ---- Checks ---------------------------------------------------------------------------------- */

static bool same_request(const struct control_request *a, const struct control_request *b)
{
    bool same = a->kind == b->kind && a->as_user == b->as_user && a->colour == b->colour &&
        a->attended == b->attended && a->number == b->number && a->timeout_ms == b->timeout_ms &&
        a->count == b->count && strcmp(a->folder, b->folder) == 0;

    for (size_t i = 0; same && i < a->count; i++)
        same = strcmp(a->arguments[i], b->arguments[i]) == 0;
    return same;
}

static void send_again(const struct control_request *request)
{
    struct record_reader reader;
    struct record record;
    int ends[2];

    if (strlen(request->folder) > 4096)
        return; /* cut on the way */
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0 || !record_reader_open(&reader, ends[0]))
        exit(1);
    if (!control_send(ends[1], request) || record_receive(&reader, &record) != RECORD_GOT)
        abort();
    struct control_request *again = control_parse(&record);
    if (again == NULL || !same_request(request, again))
        abort();
    free(again);
    record_reader_close(&reader);
    close(ends[0]);
    close(ends[1]);
}

/* ---- Those who read -------------------------------------------------------------------------- */

static void read_records(int socket)
{
    struct record_reader reader;
    struct record record;

    if (!record_reader_open(&reader, socket))
        exit(1);
    record_peek(socket, &record);
    while (record_receive(&reader, &record) == RECORD_GOT) {
        for (size_t i = 0; i < RECORD_TEXTS; i++)
            look(record.text[i].bytes, record.text[i].size);
        struct control_request *request = control_parse(&record);
        if (request == NULL)
            continue;
        if (request->arguments[request->count] != NULL || request->kind >= CONTROL_KINDS)
            abort();
        send_again(request);
        free(request);
    }
    record_reader_close(&reader);
}

/* A storage that looks at what it is given and keeps nothing. */

static int32_t take_key(void *context, const struct cm_storage_key *key)
{
    (void)context;
    look(key->name.text, key->name.bytes);
    look(key->class_name.text, key->class_name.bytes);
    look(key->security, key->security != NULL ? key->security_bytes : 0);
    return 0;
}

static int32_t take_id(void *context, uint64_t key, int64_t time)
{
    (void)context, (void)key, (void)time;
    return 0;
}

static int32_t take_name(void *context, uint64_t key, struct cm_storage_text name, int64_t time)
{
    look(name.text, name.bytes);
    return take_id(context, key, time);
}

static int32_t take_security(void *context, uint64_t key, const void *security, size_t bytes)
{
    look(security, bytes);
    return take_id(context, key, 0);
}

static int32_t take_value(void *context, uint64_t key, struct cm_storage_text name, uint32_t type,
    const void *data, size_t bytes, int64_t time)
{
    (void)type;
    look(data, bytes);
    return take_name(context, key, name, time);
}

static int32_t give_all(void *context, const struct cm_storage_sink *sink_of)
{
    static const struct cm_storage_key key = {.id = 1, .name = {u"a", 2}};

    (void)context;
    return sink_of->key(sink_of->context, &key);
}

static int32_t take_flush(void *context)
{
    (void)context;
    return 0;
}

static void read_store(int socket)
{
    static const struct cm_storage storage = {.load = give_all,
        .key_created = take_key,
        .key_deleted = take_id,
        .key_renamed = take_name,
        .key_touched = take_id,
        .key_secured = take_security,
        .value_set = take_value,
        .value_deleted = take_name,
        .flush = take_flush};

    store_serve(socket, &storage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int ends[2];

    if (size == 0)
        return 0;
    bool records = data[0] % 2 == 0;
    if (socketpair(AF_UNIX, records ? SOCK_SEQPACKET : SOCK_STREAM, 0, ends) != 0)
        exit(1);
    for (size_t at = 1; at + 2 <= size;) {
        size_t length = data[at] | (size_t)data[at + 1] << 8;
        at += 2;
        if (length > size - at)
            length = size - at;
        if (length > 0 && send(ends[1], data + at, length, MSG_DONTWAIT) < 0)
            break; /* as many as fit */
        at += length;
    }
    shutdown(ends[1], SHUT_WR);
    records ? read_records(ends[0]) : read_store(ends[0]);
    close(ends[0]);
    close(ends[1]);
    return 0;
}

/* ---- Seeds ----------------------------------------------------------------------------------- */

const unsigned fuzz_seeds = CONTROL_KINDS + 3;

/* Packets that arrive at a socket, as an input has them. */
static size_t gather(int socket, uint8_t *data, size_t at)
{
    ssize_t got;

    while (at + 2 < MOST && (got = recv(socket, data + at + 2, MOST - at - 2, MSG_DONTWAIT)) > 0) {
        data[at] = (uint8_t)got;
        data[at + 1] = (uint8_t)(got >> 8);
        at += 2 + (size_t)got;
    }
    return at;
}

static void send_store(int socket)
{
    static const uint16_t verbs[] = {STORE_WIRE_HELLO, STORE_WIRE_LOAD, STORE_WIRE_KEY_CREATED,
        STORE_WIRE_VALUE_SET, STORE_WIRE_KEY_SECURED, STORE_WIRE_KEY_RENAMED,
        STORE_WIRE_VALUE_DELETED, STORE_WIRE_KEY_TOUCHED, STORE_WIRE_FLUSH};
    struct store_channel channel;

    if (!store_channel_open(&channel, socket))
        exit(1);
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        struct store_wire wire = {.verb = verbs[i],
            .type = STORE_WIRE_VERSION,
            .key = i,
            .parent = 1,
            .name_bytes = 4,
            .class_bytes = 2,
            .data_bytes = 5,
            .has_security = 1};
        store_channel_send(&channel, &wire, u"ab", u"c", "12345");
    }
    store_channel_flush(&channel);
    store_channel_close(&channel);
}

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    char *arguments[] = {"sc", "query", ""};
    struct control_request request = {.kind = (enum control_kind)which,
        .number = 42,
        .timeout_ms = 7,
        .folder = "/tmp",
        .count = 3,
        .arguments = arguments};
    struct record record = {.type = RECORD_FINDING, .number = {1, 2, 3},
        .text = {record_string("driver"), record_string("image"), record_string("what it left")}};
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0)
        exit(1);
    data[0] = 0;
    if (which < CONTROL_KINDS) {
        control_send(ends[1], &request);
    } else if (which == CONTROL_KINDS) {
        record_send(ends[1], &record);
        record.type = RECORD_LOG;
        record_send(ends[1], &record);
    } else if (which == CONTROL_KINDS + 1) {
        data[0] = 1;
        send_store(ends[1]);
    } else {
        record_send(ends[1], &record);
        record.type = RECORD_MORE; /* of nothing */
        record_send(ends[1], &record);
        control_send(ends[1], &request);
    }
    size_t size = gather(ends[0], data, 1);
    close(ends[0]);
    close(ends[1]);
    return size;
}
