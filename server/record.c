/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Records on the wire: a fixed head, then the texts one after the other. A text 2 that does not fit
 * in one packet goes on in RECORD_MORE packets; other threads' records may come in between and are
 * delivered first.
 */
#include "server/record.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "kd/crash.h"

#define SHORT_TEXT 4096u
#define PACKET_TEXT (48u * 1024u) /* of text 2 in one packet */

struct wire {
    uint32_t type;
    uint32_t more; /* 1: text 2 goes on in another packet */
    uint32_t size[RECORD_TEXTS];
    uint32_t unused;
    int64_t number[RECORD_NUMBERS];
};

#define WHOLE_LIMIT ((size_t)1280 << 20) /* of text 2: more than the largest buffer of a command */

#define PACKET_LIMIT (sizeof(struct wire) + 2 * SHORT_TEXT + PACKET_TEXT)

uint32_t record_protocol(void)
{
#define RECORD_NAME(Name) #Name ","
    static const char names[] = RECORD_TYPES(RECORD_NAME);
    const uint32_t layout[] = {
        sizeof(struct wire), RECORD_NUMBERS, RECORD_TEXTS, RESULT_FLAGS, sizeof(KD_CRASH)};
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (const char *name = names; *name != '\0'; name++)
        hash = (hash ^ (uint8_t)*name) * 16777619u;
    for (size_t i = 0; i < sizeof(layout) / sizeof(layout[0]); i++)
        hash = (hash ^ layout[i]) * 16777619u;
    return hash;
}

bool record_send_hello(int socket)
{
    return record_send(socket, &(struct record){.type = RECORD_HELLO,
                                   .number = {record_protocol()},
                                   .text[0] = record_string(DOTSYS_VERSION)});
}

bool record_check_hello(const struct record *record, char version[32])
{
    bool hello = record->type == RECORD_HELLO;

    version[0] = '\0';
    if (hello)
        snprintf(version, 32, "%.*s", (int)record->text[0].size, record->text[0].bytes);
    return hello && record->number[0] == record_protocol();
}

struct record_text record_string(const char *text)
{
    return (struct record_text){text, text != NULL ? strlen(text) : 0};
}

static bool send_packet(int socket, struct wire *wire, const struct record_text text[RECORD_TEXTS])
{
    struct iovec part[1 + RECORD_TEXTS] = {{wire, sizeof(*wire)}};
    struct msghdr message = {.msg_iov = part, .msg_iovlen = 1 + RECORD_TEXTS};
    ssize_t sent;

    for (size_t i = 0; i < RECORD_TEXTS; i++) {
        wire->size[i] = (uint32_t)text[i].size;
        part[1 + i] = (struct iovec){(void *)(uintptr_t)text[i].bytes, text[i].size};
    }
    do {
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0)
        shutdown(socket, SHUT_WR);
    return sent >= 0;
}

bool record_send(int socket, const struct record *record)
{
    struct wire wire = {.type = (uint32_t)record->type};
    struct record_text text[RECORD_TEXTS], rest = record->text[2];

    memcpy(wire.number, record->number, sizeof(wire.number));
    for (size_t i = 0; i < 2; i++) {
        text[i] = record->text[i];
        if (text[i].size > SHORT_TEXT)
            text[i].size = SHORT_TEXT;
    }
    do {
        text[2] = rest;
        if (text[2].size > PACKET_TEXT)
            text[2].size = PACKET_TEXT;
        rest.bytes += rest.bytes != NULL ? text[2].size : 0;
        rest.size -= text[2].size;
        wire.more = rest.size > 0;
        if (!send_packet(socket, &wire, text))
            return false;
        wire.type = RECORD_MORE;
        text[0].size = text[1].size = 0;
    } while (rest.size > 0);
    return true;
}

bool record_reader_open(struct record_reader *reader, int socket)
{
    *reader = (struct record_reader){.socket = socket, .packet = malloc(PACKET_LIMIT)};
    return reader->packet != NULL;
}

void record_reader_close(struct record_reader *reader)
{
    free(reader->packet);
    free(reader->head);
    free(reader->tail);
}

/* Why nothing comes any more: who has only stopped sending has not hung up. */
static enum record_answer judge_end(int socket)
{
    struct pollfd end = {socket, 0, 0};

    return poll(&end, 1, 0) == 0 ? RECORD_LOST : RECORD_CLOSED;
}

/* Receives one packet as a record whose texts lie in it. */
static enum record_answer receive_packet(
    struct record_reader *reader, struct record *record, bool *more)
{
    struct wire wire;
    ssize_t got;

    do {
        got = recv(reader->socket, reader->packet, PACKET_LIMIT, 0);
    } while (got < 0 && errno == EINTR);
    if (got <= 0)
        return got == 0 ? judge_end(reader->socket) : RECORD_CLOSED;
    if (got < (ssize_t)sizeof(wire))
        return RECORD_GARBLED;
    memcpy(&wire, reader->packet, sizeof(wire));
    record->type = (enum record_type)wire.type;
    memcpy(record->number, wire.number, sizeof(record->number));
    size_t place = sizeof(wire);
    for (size_t i = 0; i < RECORD_TEXTS; i++) {
        if (wire.size[i] > (size_t)got - place)
            return RECORD_GARBLED;
        record->text[i] = (struct record_text){reader->packet + place, wire.size[i]};
        place += wire.size[i];
    }
    *more = wire.more != 0;
    return RECORD_GOT;
}

static bool append_tail(struct record_reader *reader, struct record_text text)
{
    if (text.size > reader->tail_room - reader->tail_size) {
        size_t room = (reader->tail_size + text.size) * 2;
        char *moved = realloc(reader->tail, room);
        if (moved == NULL)
            return false;
        reader->tail = moved;
        reader->tail_room = room;
    }
    if (text.size > 0)
        memcpy(reader->tail + reader->tail_size, text.bytes, text.size);
    reader->tail_size += text.size;
    return true;
}

/* Keeps the first packet of a record that has more. */
static bool start_whole(struct record_reader *reader, const struct record *first)
{
    size_t size = first->text[0].size + first->text[1].size;
    char *head = realloc(reader->head, size + 1);

    if (head == NULL)
        return false;
    reader->head = head;
    reader->whole = *first;
    memcpy(head, first->text[0].bytes, first->text[0].size);
    memcpy(head + first->text[0].size, first->text[1].bytes, first->text[1].size);
    reader->whole.text[0].bytes = head;
    reader->whole.text[1].bytes = head + first->text[0].size;
    reader->tail_size = 0;
    reader->begun = true;
    return append_tail(reader, first->text[2]);
}

enum record_answer record_receive(struct record_reader *reader, struct record *record)
{
    enum record_answer answer;
    bool more;

    while ((answer = receive_packet(reader, record, &more)) == RECORD_GOT) {
        if (record->type != RECORD_MORE && !more)
            return RECORD_GOT;
        if (record->type == RECORD_MORE && (!reader->begun || reader->tail_size > WHOLE_LIMIT))
            return RECORD_GARBLED; /* more of nothing, or without end */
        if (record->type != RECORD_MORE ? !start_whole(reader, record)
                                        : !append_tail(reader, record->text[2]))
            return RECORD_CLOSED;
        if (!more) {
            *record = reader->whole;
            record->text[2] = (struct record_text){reader->tail, reader->tail_size};
            reader->begun = false;
            return RECORD_GOT;
        }
    }
    return answer;
}

bool record_peek(int socket, struct record *record)
{
    struct wire wire;
    ssize_t got;

    do {
        got = recv(socket, &wire, sizeof(wire), MSG_PEEK);
    } while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof(wire))
        return false;
    *record = (struct record){.type = (enum record_type)wire.type};
    memcpy(record->number, wire.number, sizeof(record->number));
    return true;
}
