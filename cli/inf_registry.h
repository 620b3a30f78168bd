/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by inf_install.c, inf_registry.c and inf_known.c. */
#pragma once

#include "inf.h"

/* A value the file has written so far: what some flags ask of what is there already, they ask of
 * these. */
struct inf_known {
    char *key, *name;
    char **text; /* of a REG_MULTI_SZ */
    size_t count;
};

/* What HKR stands for. */
struct inf_relative {
    const char *key; /* "": nothing */
    bool hardware;   /* it is a device's: all but what the system itself knows of one goes into its
                        Device Parameters */
};

struct installer {
    const struct inf *inf;
    const struct inf_target *target;
    struct inf_error *error;
    const char *class_name, *class_guid; /* "": none */
    unsigned models; /* that have a driver's key */
    bool found;      /* there is something for this machine */
    bool root;       /* a device of the root bus has been installed */
    struct inf_known *known;
    size_t known_count;
};

/* What the DelReg and then the AddReg lines of a section name. */
bool inf_change_registry(struct installer *installer, const struct inf_section *section,
    const struct inf_relative *relative);
void inf_forget_known(struct installer *installer);

/* inf_known.c. NULL: the file has not written it. */
struct inf_known *inf_find_known(
    const struct installer *installer, const char *key, const char *name);
/* It has now, as a list of those texts, or as something else (count 0). False: out of memory. */
bool inf_remember(struct installer *installer, const char *key, const char *name,
    char *const *texts, size_t count);
/* More of a list, but for texts it has. */
bool inf_append(struct inf_known *known, char *const *texts, size_t count);
void inf_remove_text(struct inf_known *known, const char *text);
void inf_forget_value(struct installer *installer, const char *key, const char *name);
