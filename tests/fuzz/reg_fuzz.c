/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes the parser of .reg files: whatever the bytes are, it refuses them by line or gives entries
 * that lie within its memory, and gives the same the second time.
 */
#include <stdlib.h>
#include <string.h>

#include "cm/regtext.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 4096;

struct seen {
    const unsigned char *work;
    size_t bytes, entries;
    unsigned line;
    uint64_t sum;
};

static void mix(struct seen *seen, const void *data, size_t bytes)
{
    const unsigned char *at = data;
    if (bytes != 0 &&
        (at < seen->work || bytes > seen->bytes || (size_t)(at - seen->work) > seen->bytes - bytes))
        abort(); /* outside */
    for (size_t i = 0; i < bytes; i++)
        seen->sum = (seen->sum ^ at[i]) * 1099511628211u;
}

static int32_t look(void *context, const struct cm_reg_entry *entry)
{
    struct seen *seen = context;
    if (entry->line < seen->line || entry->key_length == 0 ||
        entry->key_length > CM_REG_TEXT_LIMIT || entry->name_length > CM_REG_TEXT_LIMIT)
        abort();
    seen->line = entry->line;
    seen->entries++;
    mix(seen, entry->key, entry->key_length * sizeof(char16_t));
    mix(seen, entry->name, entry->name_length * sizeof(char16_t));
    mix(seen, entry->data, entry->data_bytes);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen seen[2] = {{.bytes = cm_reg_work_bytes(size)}, {.bytes = cm_reg_work_bytes(size)}};
    const char *reason[2];
    unsigned line[2];
    int32_t result[2];
    void *work = malloc(seen[0].bytes);

    if (work == NULL)
        return 0;
    for (int time = 0; time < 2; time++) {
        seen[time].work = work;
        result[time] = cm_reg_parse(
            data, size, work, look, &seen[time], &line[time], &reason[time]);
        if ((result[time] != 0) != (reason[time] != NULL) || (result[time] != 0 && line[time] == 0))
            abort();
    }
    if (result[0] != result[1] || seen[0].sum != seen[1].sum ||
        seen[0].entries != seen[1].entries || line[0] != line[1])
        abort();
    free(work);
    return 0;
}

static const char *const seeds[] = {
    ("Windows Registry Editor Version "
     "5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\Software\\A]\r\n@=\"x\\\\\\\"y\"\r\n\"n\"=dword:0000002a\r\n"
     "\"b\"=hex:01,02,\\\r\n  03\r\n\"m\"=hex(7):61,00,00,00,00,00\r\n\"-\"=-\r\n[-HKLM\\B]\r\n"),
    "REGEDIT4\n; "
    "comment\n[HKCU\\C]\n\"\xC3\xA4\"=\"\xE2\x82\xAC\xF0\x9F\x98\x80\"\n\"e\"=hex(2):25,41,f0,9f,"
    "98,80,00\n\"s\"=hex(1):f0,9f,98,8\n",
    "\xEF\xBB\xBFREGEDIT4\n[HKU\\D]\n\"lines\"=\"a\r\nb\"\n\"\x80\"=\"\xE4\" ; end\n",
};

const unsigned fuzz_seeds = sizeof(seeds) / sizeof(seeds[0]) * 2;

/* Each seed as it is, then as UTF-16LE with its mark. */
size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    const char *text = seeds[which / 2];
    size_t length = strlen(text), size = 2;

    if (which % 2 == 0) {
        memcpy(data, text, length);
        return length;
    }
    memcpy(data, "\xFF\xFE", 2);
    for (size_t i = 0; i < length; i++) {
        data[size++] = (uint8_t)text[i];
        data[size++] = 0;
    }
    return size;
}
