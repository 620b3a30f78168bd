/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See channel.h. */
#include "server/channel.h"

#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "server/descriptor.h"

void channel_sleep(_Atomic uint32_t *word, uint32_t expected)
{
    syscall(SYS_futex, word, FUTEX_WAIT, expected, NULL, NULL, 0);
}

void channel_wake(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

bool channel_send(int session, int file)
{
    return descriptor_send(session, "c", 1, file);
}

int channel_receive(int session)
{
    char word;

    return descriptor_receive(session, &word, sizeof(word));
}
