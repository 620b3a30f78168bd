/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes INF files: whatever the bytes are, they are refused with words, or installed for either
 * architecture, and then the registry text that comes of it is one the machine imports and files
 * are copied nowhere above their folders.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/inf.h"
#include "tests/fuzz/registry_text.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 4096;

static bool copy(void *context, const char *name, const char *folder, const char *destination)
{
    (void)context;
    (void)folder;
    if (*name == '\0' || strncmp(destination, "C:", 2) != 0 || strstr(destination, "..") != NULL)
        abort();
    return true;
}

static bool service(void *context, const char *name, const char *image, const char *folder)
{
    (void)context;
    (void)image;
    (void)folder;
    if (*name == '\0' || strpbrk(name, "\\/") != NULL)
        abort();
    return true;
}

static void install(const struct inf *inf, const char *architecture)
{
    struct inf_error error;
    char *text;
    size_t size;
    FILE *file = registry_text_begin(&text, &size);
    const struct inf_target target = {.architecture = architecture,
        .major = 10,
        .registry = file,
        .copy = copy,
        .service = service};
    bool good = inf_install(inf, &target, &error);

    if (!good && error.text[0] == '\0')
        abort();
    registry_text_end(file, &text, &size, good);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct inf_error error;
    struct inf *inf = inf_parse(data, size, &error);

    if (inf == NULL) {
        if (error.text[0] == '\0')
            abort();
        return 0;
    }
    install(inf, "amd64");
    install(inf, "x86");
    inf_free(inf);
    return 0;
}

#define HEAD                           \
    "[Version]\nSignature=\"$Windows " \
    "NT$\"\nClass=Test\nClassGuid={01234567-89ab-cdef-0123-456789abcdef}\nProvider=%us%\n"
#define SERVICE                                                                                   \
    "[S]\nServiceType=1\nStartType=3\nErrorControl=1\nServiceBinary=%12%\\t.sys\nDependencies=a," \
    "b\n"

static const char *const seeds[] = {
    HEAD "[Manufacturer]\n%us%=M,NTamd64,NTx86\n[M.NTamd64]\nThing=I,ROOT\\Thing,PCI\\VEN_1\n[M."
         "NTx86]\nThing=I,ROOT\\Thing\n"
         "[I.NT]\nCopyFiles=F,@t.sys\nAddReg=R\nDelReg=D\n[F]\nt.sys\n[R]\nHKR,,a,0x10001,7\nHKR,b,"
         "c,0x10008,x,y\nHKLM,d,e,1,01,ff\n"
         "[D]\nHKLM,d\\e\nHKLM,d,f\nHKLM,d,g,0x18002,x\n[I.NT.HW]\nAddReg=R\n[I.NT.Services]"
         "\nDelService=o\nAddService=t,2,S\n" SERVICE
         "[DestinationDirs]\nDefaultDestDir=12\nF=10,below\n[SourceDisksNames]\n1=disk,,,\\files\n["
         "SourceDisksFiles]\nt.sys=1\n"
         "[Strings]\nus=\"we, %12%\"\n",
    HEAD "[DefaultInstall]\nNeeds=N\nCopyFiles=@t.sys\n[N]\nAddReg=R\n[R]\nHKCU,\"a "
         "\"\"b\"\"\",,0x20000,%%x%% ; more\nHKU,a,b,0x2,1\n"
         "[DefaultInstall.Services]\nAddService=t,0,S\n" SERVICE "[ClassInstall32]\nAddReg=R\n",
    "\xFF\xFE[\0A\0]\0\r\0\n\0k\0=\0\xE4\0\n\0",
};

const unsigned fuzz_seeds = sizeof(seeds) / sizeof(seeds[0]);

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    size_t size = which == 2 ? 18 : strlen(seeds[which]);

    memcpy(data, seeds[which], size);
    return size;
}
