// The empty state of a list: its purpose and the first steps.
import { EmptyState, List, VStack } from "@chakra-ui/react";
import type { ReactNode } from "react";

interface Props {
  icon: ReactNode;
  title: string;
  text: string;
  steps: string[];
  children?: ReactNode;
}

export function Empty({ icon, title, text, steps, children }: Props) {
  return (
    <EmptyState.Root maxW="44rem" mx="auto">
      <EmptyState.Content>
        <EmptyState.Indicator>{icon}</EmptyState.Indicator>
        <VStack textAlign="center">
          <EmptyState.Title as="h2">{title}</EmptyState.Title>
          <EmptyState.Description>{text}</EmptyState.Description>
        </VStack>
        <List.Root as="ol" ps={5} gap={1}>
          {steps.map((step) => (
            <List.Item key={step}>{step}</List.Item>
          ))}
        </List.Root>
        {children}
      </EmptyState.Content>
    </EmptyState.Root>
  );
}
