/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What records a machine told so far mean for the exit status. */
#pragma once

#include "server/record.h"

struct tally {
    bool failed;     /* a command, or one was not run */
    bool not_loaded; /* a driver, or the machine itself */
    bool finding;
    bool stopped;    /* by a bugcheck */
};

void tally_add(struct tally *tally, const struct record *record);
