/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * INF files: inf.c reads one into sections, lines and values; inf_install.c finds in it what there
 * is to install. Text is UTF-8 once it is read, and tokens of [Strings] are replaced. Nothing here
 * touches a file or a machine.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct inf_error {
    unsigned line; /* from 1; 0: of no line */
    char text[256];
};

struct inf_line {
    unsigned line;
    char *key;    /* before '='; NULL: there is none */
    char **value; /* those after it, or all of them */
    size_t count;
};

struct inf_section {
    char *name;
    unsigned line;
    struct inf_line *lines;
    size_t count;
};

struct inf {
    struct inf_section *sections;
    size_t count;
};

/* UTF-16 with a mark, UTF-8, or Latin-1. NULL: error says what is wrong in which line. */
struct inf *inf_parse(const void *text, size_t size, struct inf_error *error);
void inf_free(struct inf *inf);

/* Names are the same in any case. Sections of one name are one. NULL: there is none. */
const struct inf_section *inf_section(const struct inf *inf, const char *name);
const struct inf_line *inf_line(const struct inf_section *section, const char *key);
/* A line's value; "" where there are not so many. */
const char *inf_value(const struct inf_line *line, size_t index);

/* What it is installed on, and who is told. Paths of the machine are like C:\Windows\…. */
struct inf_target {
    const char *architecture; /* "amd64" or "x86" */
    unsigned major, minor;    /* of Windows */
    FILE *registry;           /* gets registry text; NULL: none is wanted */
    void *context;
    /* A file to be copied: its name and folder beside the INF file ("" or "sub/folder"), and where
     * to. */
    bool (*copy)(void *context, const char *name, const char *folder, const char *destination);
    /* A driver's service, in order; its image's name and folder as above. */
    bool (*service)(void *context, const char *service, const char *name, const char *folder);
};

/* False: error says why, or a callback said no and error.text is empty. */
bool inf_install(const struct inf *inf, const struct inf_target *target, struct inf_error *error);
