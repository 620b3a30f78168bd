/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Messages over a stream socket, buffered both ways. The room for a message grows with what has
 * come of it, so that a length alone costs nothing. System calls: sendto, recvfrom.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "server/store_wire.h"

#define STORE_CHANNEL_BYTES 65536u

_Bool store_channel_open(struct store_channel *channel, int socket)
{
    *channel = (struct store_channel){.socket = socket, .in_bytes = STORE_CHANNEL_BYTES};
    channel->in = malloc(STORE_CHANNEL_BYTES);
    channel->out = malloc(STORE_CHANNEL_BYTES);
    if (channel->in != NULL && channel->out != NULL)
        return true;
    store_channel_close(channel);
    return false;
}

void store_channel_close(struct store_channel *channel)
{
    free(channel->in);
    free(channel->out);
    *channel = (struct store_channel){.socket = -1};
}

static bool store_channel_dead(struct store_channel *channel)
{
    channel->socket = -1;
    return false;
}

/* ---- receiving ------------------------------------------------------------------------------- */

static bool store_channel_grow(struct store_channel *channel, uint32_t bytes)
{
    uint64_t wanted = (uint64_t)channel->in_bytes * 2 < bytes ? (uint64_t)channel->in_bytes * 2
                                                              : bytes;
    unsigned char *in = wanted <= SIZE_MAX ? realloc(channel->in, (size_t)wanted) : NULL;
    if (in == NULL)
        return false;
    channel->in = in;
    channel->in_bytes = (uint32_t)wanted;
    return true;
}

/* Gives back the room of a large message; the rest of the buffer goes to its start. */
static void store_channel_compact(struct store_channel *channel)
{
    uint32_t left = channel->filled - channel->at;
    memmove(channel->in, channel->in + channel->at, left);
    channel->at = 0;
    channel->filled = left;
    if (channel->in_bytes <= STORE_CHANNEL_BYTES || left > STORE_CHANNEL_BYTES)
        return;
    unsigned char *in = realloc(channel->in, STORE_CHANNEL_BYTES);
    if (in != NULL) {
        channel->in = in;
        channel->in_bytes = STORE_CHANNEL_BYTES;
    }
}

/* Until bytes are there from the buffer's place on. */
static bool store_channel_fill(struct store_channel *channel, uint32_t bytes)
{
    while (channel->filled - channel->at < bytes) {
        if (channel->at != 0)
            store_channel_compact(channel);
        if (channel->filled == channel->in_bytes && !store_channel_grow(channel, bytes))
            return false;
        ssize_t got = recv(
            channel->socket, channel->in + channel->filled, channel->in_bytes - channel->filled, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        channel->filled += (uint32_t)got;
    }
    return true;
}

_Bool store_channel_receive(struct store_channel *channel, const struct store_wire **message)
{
    struct store_wire head;
    if (channel->socket < 0)
        return false;
    if (!store_channel_fill(channel, sizeof(head)))
        return store_channel_dead(channel);
    memcpy(&head, channel->in + channel->at, sizeof(head));
    if (head.mark != STORE_WIRE_MARK || head.bytes < sizeof(head) ||
        head.bytes > STORE_WIRE_LIMIT || (head.bytes & 7) != 0 ||
        !store_channel_fill(channel, head.bytes))
        return store_channel_dead(channel);
    *message = (const struct store_wire *)(const void *)(channel->in + channel->at);
    channel->at += head.bytes;
    return true;
}

/* ---- sending --------------------------------------------------------------------------------- */

static bool store_channel_put(
    struct store_channel *channel, const unsigned char *bytes, size_t count)
{
    while (count != 0) {
        ssize_t sent = send(channel->socket, bytes, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return store_channel_dead(channel);
        bytes += sent;
        count -= (size_t)sent;
    }
    return true;
}

_Bool store_channel_flush(struct store_channel *channel)
{
    uint32_t filled = channel->out_filled;
    channel->out_filled = 0;
    return channel->socket >= 0 && store_channel_put(channel, channel->out, filled);
}

static bool store_channel_gather(struct store_channel *channel, const void *bytes, size_t count)
{
    if (count > STORE_CHANNEL_BYTES - channel->out_filled && !store_channel_flush(channel))
        return false;
    if (count > STORE_CHANNEL_BYTES)
        return store_channel_put(channel, bytes, count);
    if (count != 0)
        memcpy(channel->out + channel->out_filled, bytes, count);
    channel->out_filled += (uint32_t)count;
    return true;
}

static bool store_channel_part(struct store_channel *channel, const void *bytes, uint32_t count)
{
    static const unsigned char zeros[8];
    return store_channel_gather(channel, bytes, count) &&
        store_channel_gather(channel, zeros, (size_t)(store_wire_padded(count) - count));
}

_Bool store_channel_send(struct store_channel *channel, struct store_wire *message,
    const void *name, const void *class_name, const void *data)
{
    message->mark = STORE_WIRE_MARK;
    message->bytes = (uint32_t)(sizeof(*message) + store_wire_padded(message->name_bytes) +
        store_wire_padded(message->class_bytes) + store_wire_padded(message->data_bytes));
    if (channel->socket < 0)
        return false;
    return store_channel_gather(channel, message, sizeof(*message)) &&
        store_channel_part(channel, name, message->name_bytes) &&
        store_channel_part(channel, class_name, message->class_bytes) &&
        store_channel_part(channel, data, message->data_bytes);
}
