/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Asking a machine for something: one that is up, or, for what needs no drivers, one opened for the
 * occasion. */
#pragma once

#include "server/control.h"

struct ask_options {
    const char *directory; /* NULL: the default */
    bool json;
    bool must_be_up; /* otherwise the machine is opened when it is down, without its services */
};

/*
 * Sends the request and shows what comes back; returns an exit status. request's folder and colour
 * are filled in.
 */
int ask(const char *verb, const struct ask_options *options, struct control_request *request);

/* A connection to the machine that is up; -1 after complaining. */
int ask_connect(const char *verb, const char *directory);
