/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by inf_install.c and inf_registry.c. */
#pragma once

#include "inf.h"

struct installer {
    const struct inf *inf;
    const struct inf_target *target;
    struct inf_error *error;
    const char *class_name, *class_guid; /* "": none */
    unsigned models; /* that have a driver's key */
    bool found;      /* there is something for this machine */
    bool root;       /* a device of the root bus has been installed */
};

/* What the AddReg lines of a section name; relative: the key HKR stands for, "": there is none. */
bool inf_add_registry(struct installer *installer, const struct inf_section *section, const char *relative);
