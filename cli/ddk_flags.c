/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a sources file says for Microsoft's compiler, as gcc and clang take it. What has a meaning
 * here is translated; what tunes Microsoft's compiler or what gcc does anyway goes without a word;
 * the rest is left out with a warning.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "ddk.h"

/* /X of cl.exe; a trailing * stands for anything. NULL: nothing is needed. */
static const struct {
    const char *cl, *gcc;
} plain[] = {
    {"Od", "-O0"},
    {"O1", "-Os"},
    {"O2", "-O2"},
    {"Ox", "-O2"},
    {"Oxs", "-Os"},
    {"Oxt", "-O2"},
    {"Os", "-Os"},
    {"Ot", "-O2"},
    {"Oy-", "-fno-omit-frame-pointer"},
    {"Oy", "-fomit-frame-pointer"},
    {"Oi*", NULL},
    {"Ob*", NULL},
    {"Og*", NULL},
    {"Ow", NULL},
    {"Oa", NULL},
    {"Op*", NULL},
    {"J", "-funsigned-char"},
    {"TC", NULL},
    {"Tc", NULL},
    {"c", NULL},
    {"nologo", NULL},
    {"W0", "-w"},
    {"w", "-w"},
    {"WX", "-Werror"},
    {"WX-", "-Wno-error"},
    {"Wall", "-Wall"},
    {"Wp64", NULL},
    {"wd*", NULL},
    {"we*", NULL},
    {"wo*", NULL},
    {"w1*", NULL},
    {"w2*", NULL},
    {"w3*", NULL},
    {"w4*", NULL},
    {"G*", NULL},
    {"Z7", NULL},
    {"Zi", NULL},
    {"ZI", NULL},
    {"Zd", NULL},
    {"Zl", NULL},
    {"Za", NULL},
    {"Ze", NULL},
    {"Zm*", NULL},
    {"Zc:*", NULL},
    {"Zp", "-fpack-struct=1"},
    {"EH*", NULL},
    {"F*", NULL},
    {"MT*", NULL},
    {"MD*", NULL},
    {"ML*", NULL},
    {"Y*", NULL},
    {"RTC*", NULL},
    {"hotpatch", NULL},
    {"analyze*", NULL},
    {"showIncludes", NULL},
    {"errorReport*", NULL},
    {"fp:precise", NULL},
    {"fp:fast", "-ffast-math"},
    {"arch:*", NULL},
    {"Q*", NULL},
    {"d1*", NULL},
    {"d2*", NULL},
    {"bigobj", NULL},
};

/* Case counts: /w is not /W. */
static bool matches(const char *pattern, const char *text)
{
    size_t length = strlen(pattern);

    if (length > 0 && pattern[length - 1] == '*')
        return strncmp(pattern, text, length - 1) == 0;
    return strcmp(pattern, text) == 0;
}

static bool translate_plain(const char *text, struct ddk_list *flags)
{
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        if (matches(plain[i].cl, text)) {
            if (plain[i].gcc != NULL)
                ddk_add(flags, plain[i].gcc);
            return true;
        }
    }
    return false;
}

/* A switch with an argument, in the same word or the next. NULL: this is another switch. */
static const char *argument(const struct ddk_list *words, size_t *i, const char *letters)
{
    const char *text = words->item[*i] + 1;
    size_t length = strlen(letters);

    if (strncmp(text, letters, length) != 0)
        return NULL;
    if (text[length] != '\0')
        return text + length;
    return *i + 1 < words->count ? words->item[++*i] : "";
}

static bool translate_argument(
    struct ddk_project *project, const struct ddk_list *words, size_t *i, struct ddk_list *flags)
{
    const char *value;

    if ((value = argument(words, i, "FI")) != NULL) {
        ddk_add(flags, "-include");
        ddk_add(flags, value);
    } else if ((value = argument(words, i, "D")) != NULL) {
        ddk_add(flags, ddk_format("-D%s", value));
    } else if ((value = argument(words, i, "U")) != NULL) {
        ddk_add(flags, ddk_format("-U%s", value));
    } else if ((value = argument(words, i, "I")) != NULL) {
        const char *path = ddk_resolve(ddk_absolute(project->folder, value));
        ddk_add(flags, ddk_format("-I%s", path != NULL ? path : value));
    } else if (ddk_starts(words->item[*i] + 1, "Zp") &&
        isdigit((unsigned char)words->item[*i][3])) {
        ddk_add(flags, ddk_format("-fpack-struct=%s", words->item[*i] + 3));
    } else {
        return false;
    }
    return true;
}

void ddk_cl_flags(
    struct ddk_build *build, struct ddk_project *project, const char *macro, struct ddk_list *flags)
{
    struct ddk_list words = ddk_words(ddk_value(&project->macros, macro));

    for (size_t i = 0; i < words.count; i++) {
        const char *word = words.item[i];
        if (word[0] != '-' && word[0] != '/') {
            ddk_warning(
                build, project->file, 0, "%s: '%s' is no switch and is left out", macro, word);
            continue;
        }
        if (word[1] == 'W' && strchr("1234", word[2]) != NULL && word[2] != '\0' && word[3] == '\0')
            continue; /* the level: ddk_warning_flags */
        if (!translate_argument(project, &words, &i, flags) && !translate_plain(word + 1, flags))
            ddk_warning(
                build, project->file, 0, "%s: %s has no meaning here and is left out", macro, word);
    }
}

/* The level of /W1 to /W4 a macro names; 0: none. */
static int level_in(struct ddk_project *project, const char *macro)
{
    struct ddk_list words = ddk_words(ddk_value(&project->macros, macro));
    int level = 0;

    for (size_t i = 0; i < words.count; i++) {
        if (words.item[i][0] != '\0' && words.item[i][1] == 'W' &&
            isdigit((unsigned char)words.item[i][2]))
            level = words.item[i][2] - '0';
    }
    return level;
}

void ddk_warning_flags(struct ddk_project *project, bool cxx, struct ddk_list *flags)
{
    /* What Microsoft's compiler says nothing of at any level, or that the headers themselves do. */
    static const char *const never[] = {
        "-Wno-unknown-pragmas", "-Wno-multichar", "-Wno-attributes", "-Wno-switch"};
    int level = level_in(project, "MSC_WARNING_LEVEL"), user = level_in(project, "USER_C_FLAGS");

    level = user > 0 ? user : level > 0 ? level
                                        : 3;
    if (level >= 2)
        ddk_add(flags, "-Wall");
    if (level >= 4)
        ddk_add(flags, "-Wextra");
    if (level < 4) {
        if (!cxx)
            ddk_add(flags, "-Wno-pointer-sign");
        ddk_add(flags, "-Wno-unused-but-set-variable");
        ddk_add(flags, "-Wno-unused-function");
    }
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
        ddk_add(flags, never[i]);
    if (cxx) {
        ddk_add(flags, "-Wno-narrowing"); /* CTL_CODE of a vendor's device type is negative */
        ddk_add(flags, "-Wno-write-strings");
    }
}
