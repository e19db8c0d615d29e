# An office with a root, a chairman and an agency key: where most transcripts begin. What it prints is in way.md.
set -e
time=2026-03-01T08:00:00+07:00
{
    vanthu init . --name 'ỦY BAN NHÂN DÂN' --name 'XÃ BÌNH AN' --abbreviation UBND --place 'Bình An' \
        --organ-id H37.DN.001 --first 2026=45
    vanthu keys new root --root --common-name 'Gốc' --years 50 --time $time
    vanthu keys new chairman --issuer root --common-name 'Nguyễn Văn An' --title 'Chủ tịch' --years 50 --time $time
    vanthu keys new agency --issuer root --common-name 'UBND xã Bình An' --years 50 --time $time
    vanthu trust add keys/root.crt --yes
} > /dev/null 2>&1
