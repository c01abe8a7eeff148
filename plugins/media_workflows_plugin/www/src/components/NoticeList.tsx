// What a successful item left out, converted or repaired.
import { List } from "@chakra-ui/react";

import { type Notice, noticeText } from "./notices";

export function NoticeList({ notices }: { notices: Notice[] }) {
  if (notices.length === 0) return null;
  return (
    <List.Root ps={4} my={1} fontSize="sm" color="orange.fg">
      {notices.map((notice, at) => (
        <List.Item key={at} overflowWrap="anywhere">
          {noticeText(notice)}
        </List.Item>
      ))}
    </List.Root>
  );
}
